import Tensors

extension Operation {
    static let channelwise = [
        addChannels([4, 5], 7), addChannels([1, 1], 1), addChannels([9], 8), addChannels([130, 60], 11),
        concatenate([4, 5], 3, 8), concatenate([1, 1], 1, 1), concatenate([6], 2, 5),
        concatenate([130, 60], 9, 4),
    ]

    private static func addChannels(_ extents: [Int], _ channels: Int) -> Operation {
        Operation(
            "add channels to \(extents) × \(channels)",
            [.seeded([items] + extents + [channels], seed: 1), .seeded([items, channels], seed: 2)], tolerance: 0,
            call: { backend, x in backend.addChannels(x[0], x[1]) },
            reference: { x in
                let (values, bias) = (x[0], x[1])
                return values.indices.map { values[$0] + bias[$0 % channels] }
            })
    }

    private static func concatenate(_ extents: [Int], _ first: Int, _ second: Int) -> Operation {
        Operation(
            "concatenate \(extents) × \(first) and \(second)",
            [.seeded([items] + extents + [first], seed: 1), .seeded([items] + extents + [second], seed: 2)],
            tolerance: 0,
            call: { backend, x in backend.concatenateChannels(x[0], x[1]) },
            reference: { x in
                var joined: [Double] = []
                for pixel in 0..<x[0].count / first {
                    joined += x[0][pixel * first..<(pixel + 1) * first]
                    joined += x[1][pixel * second..<(pixel + 1) * second]
                }
                return joined
            })
    }
}
