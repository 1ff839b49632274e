/// Everything that one end of a connection can say to the other.
public enum WireMessage: Sendable, Hashable {
    // Frames of a type of their own.

    /// Both ends, first.
    case hello(Hello)
    /// A chunk of a tensor.
    case data(TensorChunk)
    /// So many more payload bytes may be sent: on the frame's stream, or on stream 0 on the whole connection.
    case credit(byteCount: UInt64)
    /// Are you there?
    case ping(sequence: UInt64)
    /// I am, and this is how far I have come; see ``WorkerStatus/progress``.
    case pong(sequence: UInt64, progress: UInt64)
    /// The frame's stream ends before its time.
    case reset(StreamReset)
    /// The connection closes.
    case goAway(GoAway)

    // The handshake.

    /// Coordinator: prove that you know the join token.
    case challenge(Challenge)
    /// Node: I do.
    case authentication(Authentication)
    /// Coordinator: you are in.
    case welcome(Welcome)
    /// Coordinator: you are not.
    case rejection(Rejection)

    // What a worker says of itself, and what it is told.

    /// Worker: what I have and can do.
    case capabilities(WorkerCapabilities)
    /// Worker: I live and work.
    case status(WorkerStatus)
    /// Worker: what the canary gave.
    case canaryResult(CanaryResult)
    /// Coordinator: take nothing more.
    case drain(DrainRequest)
    /// Worker: nothing is left.
    case drained

    // Models.

    /// Coordinator: have you this model?
    case modelQuery(ContentDigest)
    /// Worker: this is how it stands.
    case modelState(ModelState)
    /// Worker: send me this.
    case modelPull(ModelPull)
    /// Coordinator: these are its files.
    case modelManifest(ModelManifest)

    // Tensors that are named by their content; at most 1024 digests each.

    /// Worker: these I hold.
    case tensorHave([ContentDigest])
    /// Worker: these I need.
    case tensorNeed([ContentDigest])
    /// This tensor, which has a digest, follows on the frame's stream.
    case tensorPut(TensorHeader)
    /// Worker: these I threw away. Coordinator: these nobody will ask for.
    case tensorDrop([ContentDigest])

    // Tasks.

    /// Coordinator: do this.
    case taskOffer(TaskOffer)
    /// Worker: its inputs are here.
    case taskAccept(TaskAcceptance)
    /// Worker: I will not.
    case taskDecline(TaskDecline)
    /// Worker: so far I am.
    case progress(TaskProgress)
    /// Worker: done.
    case taskResult(TaskResult)
    /// Worker: it did not work.
    case taskFailed(TaskFailure)
    /// Coordinator: stop.
    case cancel(TaskAttempt)
    /// Worker: stopped; nothing more comes of it.
    case cancelled(TaskAttempt)
    /// Coordinator: nothing of it is wanted any more.
    case attemptClosed(AttemptClosure)
    /// Coordinator: forget what tasks of this session left with you. See ``TileTask/session``.
    case sessionClosed(UInt64)
}

extension WireMessage {
    /// The type of the frames that carry it.
    public var frameType: FrameType {
        switch self {
        case .hello: .hello
        case .data: .data
        case .credit: .credit
        case .ping: .ping
        case .pong: .pong
        case .reset: .reset
        case .goAway: .goAway
        default: .message
        }
    }

    /// Whether it may be sent and taken before a node has proved who it is.
    public var isPartOfHandshake: Bool {
        switch self {
        case .hello, .challenge, .authentication, .welcome, .rejection, .goAway: true
        default: false
        }
    }

    /// Whether it overtakes what is waiting to be sent: nothing that ends or opens a stream of data may.
    public var isControl: Bool {
        switch self {
        case .credit, .ping, .pong, .reset, .goAway, .status, .cancel, .attemptClosed, .drain: true
        default: false
        }
    }
}
