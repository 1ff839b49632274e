import Tensors
import Testing

@Suite("Cutting and joining pictures")
struct TensorPicturesTests {
    /// Two items of 3×4 pixels with two channels; an element says where it is: item, row, column, channel.
    private let picture = Tensor(shape: [2, 3, 4, 2]) { elements in
        for index in elements.indices {
            let (channel, column, row, item) = (index % 2, index / 2 % 4, index / 8 % 3, index / 24)
            elements[index] = Float(1000 * item + 100 * row + 10 * column + channel)
        }
    }

    @Test("a rectangle is cut out of every item")
    func cropped() {
        let part = picture.cropped(top: 1, left: 2, height: 2, width: 1)
        #expect(part.shape == [2, 2, 1, 2])
        #expect(part.values == [120, 121, 220, 221, 1120, 1121, 1220, 1221])
    }

    @Test("a rectangle that reaches over the border is limited to what exists")
    func croppedAtBorder() {
        #expect(picture.cropped(top: 2, left: 3, height: 9, width: 9).values == [230, 231, 1230, 1231])
        #expect(picture.cropped(top: 3, left: 0, height: 1, width: 1).shape == [2, 0, 1, 2])
    }

    @Test("a part is put in its place, and what lies outside is left out")
    func place() {
        var target = Tensor(shape: picture.shape)
        let untouched = target
        target.place(picture.cropped(top: 1, left: 1, height: 2, width: 3), top: 1, left: 1)
        #expect(
            target.cropped(top: 1, left: 1, height: 2, width: 3).values
                == picture.cropped(top: 1, left: 1, height: 2, width: 3).values)
        #expect(target.cropped(top: 0, left: 0, height: 1, width: 4).values.allSatisfy { $0 == 0 })
        #expect(target.cropped(top: 0, left: 0, height: 3, width: 1).values.allSatisfy { $0 == 0 })
        #expect(untouched.values.allSatisfy { $0 == 0 })

        target = Tensor(shape: picture.shape)
        target.place(picture, top: 2, left: 3)
        #expect(target.cropped(top: 2, left: 3, height: 1, width: 1).values == [0, 1, 1000, 1001])
        #expect(target.values.filter { $0 != 0 }.count == 3)

        target = Tensor(shape: picture.shape)
        target.place(picture, top: 3, left: 0)
        target.place(picture, top: 0, left: 4)
        #expect(target.values.allSatisfy { $0 == 0 })
    }

    @Test("a part is added to what is there")
    func add() {
        var target = Tensor(shape: [1, 2, 2, 1], values: [1, 2, 3, 4])
        let before = target
        target.add(Tensor(shape: [1, 2, 2, 1], values: [10, 20, 30, 40]), top: 1, left: 0)
        #expect(target.values == [1, 2, 13, 24])
        #expect(before.values == [1, 2, 3, 4])
    }

    @Test("zeros are put around every item")
    func padded() {
        let padded = picture.padded(by: 2)
        #expect(padded.shape == [2, 7, 8, 2])
        #expect(padded.cropped(top: 2, left: 2, height: 3, width: 4).values == picture.values)
        #expect(padded.values.filter { $0 != 0 }.count == picture.values.filter { $0 != 0 }.count)
    }

    @Test("blending goes from all of the upper picture to all of the lower one, in every item")
    func blendTop() {
        let above = Tensor(shape: [2, 3, 2, 1], values: [9, 9, 1, 2, 3, 4, 9, 9, 10, 20, 30, 40] as [Float])
        var below = Tensor(shape: [2, 4, 2, 1], repeating: -1)
        let before = below
        below.blendTop(with: above, rows: 2)
        let expected: [Float] = [1, 2, 1, 1.5, -1, -1, -1, -1, 10, 20, 14.5, 19.5, -1, -1, -1, -1]
        #expect(below.values == expected)
        #expect(before.values.allSatisfy { $0 == -1 })
    }

    @Test("blending goes from all of the left picture to all of the right one, in every item")
    func blendLeft() {
        let left = Tensor(shape: [2, 2, 3, 1], values: [9, 1, 3, 9, 2, 4, 9, 10, 30, 9, 20, 40] as [Float])
        var right = Tensor(shape: [2, 2, 3, 1], repeating: -1)
        let before = right
        right.blendLeft(with: left, columns: 2)
        let expected: [Float] = [1, 1, -1, 2, 1.5, -1, 10, 14.5, -1, 20, 19.5, -1]
        #expect(right.values == expected)
        #expect(before.values.allSatisfy { $0 == -1 })
    }

    @Test("no more is blended than either picture has", arguments: [0, 1, 2, 5])
    func blendExtent(rows: Int) {
        let above = Tensor(shape: [1, 1, 1, 1], repeating: 4)
        var below = Tensor(shape: [1, 2, 1, 1], repeating: 2)
        below.blendTop(with: above, rows: rows)
        #expect(below.values == (rows == 0 ? [2, 2] : [4, 2]))
        var right = Tensor(shape: [1, 1, 2, 1], repeating: 2)
        right.blendLeft(with: above, columns: rows)
        #expect(right.values == (rows == 0 ? [2, 2] : [4, 2]))
    }

    @Test("channels are split in two")
    func splitChannels() {
        let (first, second) = picture.splitChannels(at: 1)
        #expect(first.shape == [2, 3, 4, 1])
        #expect(second.shape == [2, 3, 4, 1])
        #expect(first.values.map { $0 + 1 } == second.values)
        #expect(CPUBackend(threads: 1).concatenateChannels(first, second).values == picture.values)
        #expect(picture.splitChannels(at: 2).0.values == picture.values)
        #expect(picture.splitChannels(at: 2).1.values == [])
    }
}
