import Tensors

/// Elementary functions in single precision whose bits are the same on every host.
enum Smooth {
    static func exp(_ x: Float) -> Float { x < -80 ? 0 : Float(Elementary.exp(Double(x))) }
    static func sin(_ x: Float) -> Float { Float(Elementary.sin(Double(x))) }
    static func cos(_ x: Float) -> Float { Float(Elementary.cos(Double(x))) }
}
