import CKernels

/// A weight as kernels take it.
extension Parameter {
    /// The kernels' name of the way in which elements are stored.
    var kernelStorage: ck_storage {
        switch elementType {
        case .float32: CK_F32
        case .float16: CK_F16
        default: CK_BF16
        }
    }

    /// Where the elements of the first dimension's item `index` begin: those of one output of a layer. Valid as long as
    /// this parameter is alive.
    func row(_ index: Int) -> UnsafeRawPointer { bytes + index * (byteCount / shape[0]) }
}
