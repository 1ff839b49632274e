// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

// Kernels are optimised in debug builds too: unoptimised ones make every test unusable. Contraction is
// off so that only the fused multiply-adds that are written down happen, whatever the compiler.
let kernelFlags: [CSetting] = [
    .unsafeFlags(["-O3", "-std=c17", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let swiftProtobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// Targets stand in the order of the graph: each imports only what stands above it here.
let package = Package(
    name: "apldm",
    products: [
        .executable(name: "apldm-coord", targets: ["apldm-coord"]),
        .executable(name: "apldm-worker", targets: ["apldm-worker"]),
        .executable(name: "apldm-load", targets: ["apldm-load"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CKernels", cSettings: kernelFlags),
        .target(name: "CPNG", cSettings: kernelFlags, linkerSettings: [.linkedLibrary("png")]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(name: "Telemetry", swiftSettings: strict),
        .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: strict),
        .target(
            name: "DiffusionModels", dependencies: ["Tensors", crypto],
            resources: [.copy("Resources/models")], swiftSettings: strict),
        .target(
            name: "RenderPipeline", dependencies: ["Tensors", "DiffusionModels", "CPNG", crypto, logging],
            swiftSettings: strict),
        .target(
            name: "Verification", dependencies: ["Tensors", "DiffusionModels", "RenderPipeline"],
            swiftSettings: strict),
        .target(
            name: "Evaluation", dependencies: ["Tensors", "DiffusionModels", "RenderPipeline"],
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "ClusterMessages", dependencies: ["Tensors", "CZstd", crypto, swiftProtobuf],
            exclude: ["Generated/SOURCE_HASH"], swiftSettings: strict),
        .target(
            name: "Cluster",
            dependencies: [
                "Telemetry", "Tensors", "DiffusionModels", "RenderPipeline", "ClusterMessages", crypto, logging, nio,
                nioPosix, nioSSL,
            ],
            swiftSettings: strict),
        .target(
            name: "RenderJobs", dependencies: ["Telemetry", "RenderPipeline", logging], swiftSettings: strict),
        .target(
            name: "JobDatabase", dependencies: ["Telemetry", "RenderJobs", "RenderPipeline", "DiffusionModels", grdb],
            swiftSettings: strict),
        .target(
            name: "WebServer",
            dependencies: [
                "DiffusionModels", "RenderJobs", "RenderPipeline", "Telemetry", crypto, hummingbird, hummingbirdCore,
                nio, nioPosix, nioHTTPTypes, logging,
            ],
            resources: [.embedInCode("Resources")], swiftSettings: strict),
        .target(
            name: "Benchmarks", dependencies: ["Tensors", "DiffusionModels", "RenderPipeline"], swiftSettings: strict),
        .target(
            name: "CommandSupport",
            dependencies: ["Tensors", "DiffusionModels", "RenderPipeline", "Cluster", argumentParser, logging],
            swiftSettings: strict),
        .target(
            name: "CoordinatorClient", dependencies: [asyncHTTPClient, nio, nioHTTP1], swiftSettings: strict),
        .executableTarget(
            name: "apldm-coord",
            dependencies: [
                "DiffusionModels", "RenderPipeline", "Verification", "Evaluation", "Cluster", "RenderJobs",
                "JobDatabase", "Telemetry", "WebServer", "CoordinatorClient", "CommandSupport", argumentParser,
                logging, serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "apldm-worker",
            dependencies: [
                "Tensors", "DiffusionModels", "RenderPipeline", "Cluster", "Benchmarks", "CommandSupport",
                argumentParser, logging,
                serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict),

        .target(
            name: "LoadTesting", dependencies: ["Cluster", "ClusterMessages", "RenderPipeline", "Tensors", logging],
            swiftSettings: strict),
        .executableTarget(
            name: "apldm-load",
            dependencies: [
                "Tensors", "LoadTesting", "Cluster", "CommandSupport", argumentParser, asyncHTTPClient, nio, nioHTTP1,
                logging,
            ],
            swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport", "CKernels"], swiftSettings: strict),
        .testTarget(
            name: "DiffusionModelsTests", dependencies: ["DiffusionModels", "Tensors", "TestSupport", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "RenderPipelineTests",
            dependencies: ["RenderPipeline", "DiffusionModels", "Tensors", "TestSupport", logging],
            exclude: ["Images/Data"], swiftSettings: strict),
        .testTarget(
            name: "ClusterMessagesTests", dependencies: ["ClusterMessages", "Tensors", "CZstd", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "VerificationTests", dependencies: ["Verification", "RenderPipeline", "DiffusionModels", "Tensors"],
            swiftSettings: strict),
        .testTarget(
            name: "EvaluationTests", dependencies: ["Evaluation", "RenderPipeline", "DiffusionModels", "Tensors"],
            swiftSettings: strict),
        .testTarget(
            name: "ClusterTests",
            dependencies: [
                "Cluster", "ClusterMessages", "RenderPipeline", "DiffusionModels", "Telemetry", "Tensors", nio,
                nioEmbedded, nioPosix, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BenchmarksTests", dependencies: ["Benchmarks", "DiffusionModels", "Tensors", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RenderJobsTests",
            dependencies: ["RenderJobs", "JobDatabase", "RenderPipeline", "Telemetry", "TestSupport", logging],
            swiftSettings: strict),
        .testTarget(
            name: "JobDatabaseTests",
            dependencies: ["JobDatabase", "RenderJobs", "RenderPipeline", "Telemetry", "TestSupport", grdb],
            swiftSettings: strict),
        .testTarget(
            name: "CoordinatorClientTests", dependencies: ["CoordinatorClient"], swiftSettings: strict),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: strict),
        .testTarget(
            name: "WebServerTests",
            dependencies: [
                "WebServer", "DiffusionModels", "RenderJobs", "RenderPipeline", "Telemetry", hummingbird,
                hummingbirdTesting, nio,
                nioPosix,
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests", dependencies: ["apldm-coord", "RenderPipeline", "DiffusionModels", "Tensors"],
            swiftSettings: strict),
        .testTarget(
            name: "DurabilityTests",
            dependencies: ["apldm-coord", "RenderPipeline", "TestSupport", asyncHTTPClient, nio, nioHTTP1],
            swiftSettings: strict),
    ]
)
