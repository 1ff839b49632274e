import SwiftProtobuf

/// One UNet pass. Input 0 are the latents, one batch item; one output for each branch, in the same shape.
public struct PredictNoise: Sendable, Hashable {
    /// The text's part of the conditioning, as indices among the task's inputs.
    public struct Branch: Sendable, Hashable {
        /// `[1, tokens, width]`.
        public let context: Int
        /// `[1, width]`; nil for families without it.
        public let pooled: Int?

        /// A branch of these inputs.
        public init(context: Int, pooled: Int?) {
            self.context = context
            self.pooled = pooled
        }
    }

    /// Where in the diffusion the latents are, 0 through 10⁶ timesteps of the training; may be fractional.
    public let timestep: Double
    /// The size in pixels on which the model is conditioned.
    public let size: PixelSize
    /// 1 through 4 branches.
    public let branches: [Branch]

    /// A pass of these parameters.
    public init(timestep: Double, size: PixelSize, branches: [Branch]) {
        self.timestep = timestep
        self.size = size
        self.branches = branches
    }

    /// Inputs that have a use.
    var usedInputs: Set<Int> { Set([0] + branches.map(\.context) + branches.compactMap(\.pooled)) }
}

extension PredictNoise: WireValue {
    init(_ proto: Apldm_V1_PredictNoise) {
        self.init(
            timestep: proto.timestep, size: PixelSize(proto.size),
            branches: proto.branches.map {
                Branch(context: Int($0.context), pooled: $0.hasPooled ? Int($0.pooled) : nil)
            })
    }

    var proto: Apldm_V1_PredictNoise {
        .with {
            $0.timestep = timestep
            $0.size = size.proto
            $0.branches = branches.map { branch in
                .with {
                    $0.context = UInt32(clamping: branch.context)
                    if let pooled = branch.pooled { $0.pooled = UInt32(clamping: pooled) }
                }
            }
        }
    }

    func check() throws(WireError) {
        try Check.range(timestep, 0...1_000_000, "timestep")
        try size.check()
        try Check.count(branches, 1...4, "branches")
        for branch in branches {
            try Check.range(branch.context, 1...TaskOffer.mostInputs - 1, "branches.context")
            if let pooled = branch.pooled { try Check.range(pooled, 1...TaskOffer.mostInputs - 1, "branches.pooled") }
        }
    }
}
