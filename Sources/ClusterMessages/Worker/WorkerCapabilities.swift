import SwiftProtobuf

/// The operations that there are, without their parameters.
public enum OperationKind: Int, Sendable, Hashable, CaseIterable {
    /// See ``TaskOperation/encodeText(_:)``.
    case encodeText = 1
    /// See ``TaskOperation/predictNoise(_:)``.
    case predictNoise = 2
    /// See ``TaskOperation/selfAttend(_:)``.
    case selfAttend = 3
    /// See ``TaskOperation/upsample(to:)``.
    case upsample = 4
    /// See ``TaskOperation/tile(_:)``.
    case tile = 5
    /// See ``TaskOperation/attend(_:)``.
    case attend = 6
    /// See ``TaskOperation/part(_:)``.
    case part = 7
    /// See ``TaskOperation/denoise(_:)``.
    case denoise = 8
    /// See ``TaskOperation/canary``.
    case canary = 9
}

/// What a worker has and can do.
public struct WorkerCapabilities: Sendable, Hashable {
    /// Something that computes.
    public struct Device: Sendable, Hashable {
        /// What it is called, 1 through 128 bytes.
        public let name: String
        /// Its own memory; 0 when it uses the host's.
        public let memoryByteCount: Int

        /// A device of these properties.
        public init(name: String, memoryByteCount: Int) {
            self.name = name
            self.memoryByteCount = memoryByteCount
        }
    }

    /// 1 through 16 devices.
    public let devices: [Device]
    /// Memory that tasks may take, at most 1 PiB like every number of bytes here.
    public let memoryByteCount: Int
    /// Operations that it carries out.
    public let operations: Set<OperationKind>
    /// Models that are ready, at most 256.
    public let models: [ContentDigest]
    /// Tasks that it takes at a time, those that wait included, 1 through 256.
    public let taskSlots: Int
    /// What it keeps of tensors that were sent by content.
    public let tensorCacheByteCount: Int
    /// Threads that compute at the same time, on all devices together, 1 through 4096.
    public let threads: Int

    /// Capabilities of these parts.
    public init(
        devices: [Device], memoryByteCount: Int, operations: Set<OperationKind>, models: [ContentDigest],
        taskSlots: Int, tensorCacheByteCount: Int, threads: Int
    ) {
        self.devices = devices
        self.memoryByteCount = memoryByteCount
        self.operations = operations
        self.models = models
        self.taskSlots = taskSlots
        self.tensorCacheByteCount = tensorCacheByteCount
        self.threads = threads
    }
}

extension WorkerCapabilities: WireValue {
    init(_ proto: Apldm_V1_Capabilities) throws(WireError) {
        self.init(
            devices: proto.devices.map { Device(name: $0.name, memoryByteCount: Int(clamping: $0.memoryBytes)) },
            memoryByteCount: Int(clamping: proto.memoryBytes),
            // A newer worker may know more operations: they are passed over.
            operations: Set(proto.operations.compactMap { OperationKind(rawValue: $0.rawValue) }),
            models: try ContentDigest.list(proto.models, "models"), taskSlots: Int(proto.taskSlots),
            tensorCacheByteCount: Int(clamping: proto.tensorCacheBytes), threads: Int(proto.threads))
    }

    var proto: Apldm_V1_Capabilities {
        .with {
            $0.devices = devices.map { device in
                .with {
                    $0.name = device.name
                    $0.memoryBytes = UInt64(clamping: device.memoryByteCount)
                }
            }
            $0.memoryBytes = UInt64(clamping: memoryByteCount)
            $0.operations = OperationKind.allCases.filter(operations.contains).map { .init($0) }
            $0.models = models.map(\.data)
            $0.taskSlots = UInt32(clamping: taskSlots)
            $0.tensorCacheBytes = UInt64(clamping: tensorCacheByteCount)
            $0.threads = UInt32(clamping: threads)
        }
    }

    func check() throws(WireError) {
        let mostBytes = 1 << 50
        try Check.count(devices, 1...16, "devices")
        for device in devices {
            try Check.text(device.name, 1...128, "devices.name")
            try Check.range(device.memoryByteCount, 0...mostBytes, "devices.memoryBytes")
        }
        try Check.range(memoryByteCount, 0...mostBytes, "memoryBytes")
        try Check.count(models, 0...256, "models")
        try Check.range(taskSlots, 1...256, "taskSlots")
        try Check.range(tensorCacheByteCount, 0...mostBytes, "tensorCacheBytes")
        try Check.range(threads, 1...4096, "threads")
    }
}
