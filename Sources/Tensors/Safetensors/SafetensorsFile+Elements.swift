import Glibc

extension SafetensorsFile {
    /// The weight `name` as it is stored: F32, F16 or BF16, in the mapping.
    ///
    /// Copied only when the file has it at an address that its element type does not allow.
    public func parameter(_ name: String) throws(SafetensorsError) -> Parameter {
        let tensor = try descriptor(name)
        guard tensor.elementType.isWeightType else { throw wrongType(name, tensor, expected: "F32, F16 or BF16") }
        let address = Int(bitPattern: storage.base) + tensor.byteRange.lowerBound
        if address.isMultiple(of: tensor.elementType.byteWidth) {
            return Parameter(
                shape: tensor.shape, elementType: tensor.elementType, storage: storage,
                byteOffset: tensor.byteRange.lowerBound)
        }
        let copy = Storage(byteCount: tensor.byteRange.count)
        copy.base.copyMemory(from: storage.base + tensor.byteRange.lowerBound, byteCount: copy.byteCount)
        return Parameter(shape: tensor.shape, elementType: tensor.elementType, storage: copy, byteOffset: 0)
    }

    /// The tensor `name` as 32-bit floats: exact for F32, F16, BF16 and small integers, rounded to the nearest for
    /// F64 and others.
    public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
        let tensor = try descriptor(name)
        switch tensor.elementType {
        case .float32, .float16, .bfloat16: return try parameter(name).widened()
        case .float64: return Tensor(shape: tensor.shape, values: elements(tensor, of: Double.self).map(Float.init))
        default: return Tensor(shape: tensor.shape, values: try integers(name).map(Float.init))
        }
    }

    /// The elements of `name` in row-major order; integers beyond 2⁵³ are rounded to the nearest.
    public func doubles(_ name: String) throws(SafetensorsError) -> [Double] {
        let tensor = try descriptor(name)
        switch tensor.elementType {
        case .float64: return elements(tensor, of: Double.self)
        case .float32, .float16, .bfloat16: return try parameter(name).widened().values.map(Double.init)
        default: return try integers(name).map(Double.init)
        }
    }

    /// The elements of the integer or truth-value tensor `name` in row-major order.
    public func integers(_ name: String) throws(SafetensorsError) -> [Int64] {
        let tensor = try descriptor(name)
        switch tensor.elementType {
        case .int64: return elements(tensor, of: Int64.self)
        case .int32: return elements(tensor, of: Int32.self).map(Int64.init)
        case .int16: return elements(tensor, of: Int16.self).map(Int64.init)
        case .int8: return elements(tensor, of: Int8.self).map(Int64.init)
        case .uint8: return elements(tensor, of: UInt8.self).map(Int64.init)
        case .bool: return elements(tensor, of: UInt8.self).map { $0 == 0 ? 0 : 1 }
        case .float64, .float32, .float16, .bfloat16: throw wrongType(name, tensor, expected: "integers")
        }
    }

    private func descriptor(_ name: String) throws(SafetensorsError) -> TensorDescriptor {
        guard let tensor = tensors[name] else {
            throw SafetensorsError(
                .missingTensor, file: path, tensor: name, expected: "a tensor of this name",
                found: "\(tensors.count) others")
        }
        return tensor
    }

    private func wrongType(_ name: String, _ tensor: TensorDescriptor, expected: String) -> SafetensorsError {
        SafetensorsError(
            .wrongElementType, file: path, tensor: name, expected: expected, found: tensor.elementType.rawValue)
    }

    /// Copies the elements, which may lie at any address.
    private func elements<Element: BitwiseCopyable>(
        _ tensor: TensorDescriptor, of type: Element.Type
    ) -> [Element] {
        precondition(MemoryLayout<Element>.stride == tensor.elementType.byteWidth)
        return [Element](unsafeUninitializedCapacity: tensor.count) { buffer, initialized in
            if let target = buffer.baseAddress {
                memcpy(target, storage.base + tensor.byteRange.lowerBound, tensor.byteRange.count)
            }
            initialized = tensor.count
        }
    }
}
