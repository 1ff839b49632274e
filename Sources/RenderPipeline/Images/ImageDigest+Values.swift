public import Tensors

extension ImageDigest {
    /// The digest of a picture's exact values: width and height, each as a 32-bit big-endian number, then the 32-bit
    /// floats of every pixel, little-endian, row by row.
    ///
    /// - Parameter values: `[1, height, width, channels]`.
    /// - Returns: 64 hexadecimal digits.
    public static func digest(values: Tensor) -> String {
        var digest = ImageDigest(width: values.shape[2], height: values.shape[1])
        // Every host that this runs on is little-endian.
        values.withSpan { span in span.withUnsafeBytes { digest.update(bytes: $0) } }
        return digest.hexadecimal()
    }
}
