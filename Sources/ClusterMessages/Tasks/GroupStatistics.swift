import SwiftProtobuf
import Tensors

/// The statistics of every group of channels at one normalisation: 1 through 256 groups of finite numbers.
struct GroupStatistics: Hashable, Sendable {
    static let mostGroups = 256

    /// The most groups of a list of them: a message with so many fits a frame.
    static let mostGroupsOfList = 2560

    let moments: [GroupMoments]

    init(_ moments: [GroupMoments]) { self.moments = moments }
}

extension GroupStatistics: WireValue {
    init(_ proto: Apldm_V1_Moments) throws(WireError) {
        let groups = proto.counts.count
        guard proto.means.count == groups, proto.squaredDeviations.count == groups else {
            throw WireError(
                .outOfRange, "moments", expected: "as many means and squared deviations as counts",
                found: "\(groups), \(proto.means.count) and \(proto.squaredDeviations.count)")
        }
        moments = proto.counts.indices.map {
            GroupMoments(
                count: proto.counts[$0], mean: proto.means[$0], squaredDeviations: proto.squaredDeviations[$0])
        }
    }

    var proto: Apldm_V1_Moments {
        .with {
            $0.counts = moments.map(\.count)
            $0.means = moments.map(\.mean)
            $0.squaredDeviations = moments.map(\.squaredDeviations)
        }
    }

    func check() throws(WireError) {
        try Check.count(moments, 1...Self.mostGroups, "moments")
        for group in moments {
            try Check.range(group.count, 1...0x1p53, "moments.counts")
            try Check.range(
                group.mean, -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, "moments.means")
            try Check.range(group.squaredDeviations, 0...Double.greatestFiniteMagnitude, "moments.squaredDeviations")
        }
    }
}

extension GroupStatistics {
    /// The statistics of several normalisations, or of several tiles.
    static func list(_ protos: [Apldm_V1_Moments], _ field: String) throws(WireError) -> [[GroupMoments]] {
        try protos.map { proto throws(WireError) in
            try within(field) { () throws(WireError) in try GroupStatistics(proto).moments }
        }
    }

    /// Checks each of a list, and how many groups it has in all.
    static func check(_ list: [[GroupMoments]], _ field: String, remedy: String? = nil) throws(WireError) {
        for entry in list { try within(field) { () throws(WireError) in try GroupStatistics(entry).check() } }
        let groups = list.reduce(0) { $0 + $1.count }
        guard groups <= mostGroupsOfList else {
            throw WireError(
                .limit, field, expected: "at most \(mostGroupsOfList) groups in all its entries", found: "\(groups)",
                remedy: remedy)
        }
    }
}
