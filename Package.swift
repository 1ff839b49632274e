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
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// Targets stand in the order of the graph: each imports only what stands above it here.
let package = Package(
    name: "apldm",
    products: [
        .executable(name: "apldm-coord", targets: ["apldm-coord"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    ],
    targets: [
        .target(name: "CKernels", cSettings: kernelFlags),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CPNG", cSettings: kernelFlags, linkerSettings: [.linkedLibrary("png")]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(name: "Tensors", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: strict),
        .target(
            name: "DiffusionModels", dependencies: ["Tensors", crypto],
            resources: [.copy("Resources/models")], swiftSettings: strict),
        .target(
            name: "RenderPipeline", dependencies: ["Tensors", "DiffusionModels", "CPNG", crypto],
            swiftSettings: strict),
        .target(
            name: "Verification", dependencies: ["Tensors", "DiffusionModels", "RenderPipeline"],
            swiftSettings: strict),
        .target(
            name: "ClusterMessages", dependencies: ["Tensors", "CZstd", crypto, swiftProtobuf],
            exclude: ["Generated/SOURCE_HASH"], swiftSettings: strict),
        .target(
            name: "Cluster", dependencies: ["Tensors", "DiffusionModels", "RenderPipeline"], swiftSettings: strict),
        .executableTarget(
            name: "apldm-coord",
            dependencies: ["DiffusionModels", "RenderPipeline", "Verification", argumentParser],
            swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport", "CKernels"], swiftSettings: strict),
        .testTarget(
            name: "DiffusionModelsTests", dependencies: ["DiffusionModels", "Tensors", "TestSupport", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "RenderPipelineTests", dependencies: ["RenderPipeline", "DiffusionModels", "Tensors", "TestSupport"],
            exclude: ["Images/Data"], swiftSettings: strict),
        .testTarget(
            name: "ClusterMessagesTests", dependencies: ["ClusterMessages", "Tensors", "CZstd", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "VerificationTests", dependencies: ["Verification", "RenderPipeline", "DiffusionModels", "Tensors"],
            swiftSettings: strict),
        .testTarget(name: "ClusterTests", dependencies: ["Cluster"], swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests", dependencies: ["apldm-coord", "RenderPipeline", "DiffusionModels", "Tensors"],
            swiftSettings: strict),
    ]
)
