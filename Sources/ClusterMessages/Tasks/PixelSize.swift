import SwiftProtobuf

/// A height and a width, each 1 through 65536.
public struct PixelSize: Sendable, Hashable {
    /// The number of rows.
    public let height: Int
    /// The number of columns.
    public let width: Int

    /// A size of these extents.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }
}

extension PixelSize: WireValue {
    init(_ proto: Apldm_V1_Size) { self.init(height: Int(proto.height), width: Int(proto.width)) }

    var proto: Apldm_V1_Size {
        .with {
            $0.height = UInt32(clamping: height)
            $0.width = UInt32(clamping: width)
        }
    }

    func check() throws(WireError) {
        try Check.range(height, 1...65536, "size.height")
        try Check.range(width, 1...65536, "size.width")
    }
}
