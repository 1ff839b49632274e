import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Closes connections whose other end takes too long: to send a request's head, to send its body, or to read the answer.
/// Without it whoever sends a byte a minute keeps a connection for good.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long the other end may take.
    struct Patience: Sendable, Hashable {
        /// From the connection or the last answer to the whole head of a request.
        var head = TimeAmount.seconds(30)
        /// From the head to the end of the body.
        var body = TimeAmount.seconds(60)
        /// While it takes nothing of an answer.
        var reading = TimeAmount.seconds(30)
    }

    private let patience: Patience
    private var sending: Scheduled<Void>?
    private var reading: Scheduled<Void>?
    /// Requests that began and have no whole answer yet.
    private var open = 0
    private var closesAfterAnswer = false

    init(_ patience: Patience) { self.patience = patience }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { wait(patience.head, context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        wait(patience.head, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWaiting()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopWaiting() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            wait(patience.body, context)
        case .body: break
        case .end:
            sending?.cancel()
            sending = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closesAfterAnswer = closesAfterAnswer || head.headerFields[.connection]?.lowercased() == "close"
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            open -= 1
            if closesAfterAnswer {
                context.writeAndFlush(data, promise: promise)
                context.close(promise: nil)
            } else {
                context.write(data, promise: promise)
                if open <= 0 { wait(patience.head, context) }
            }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        reading?.cancel()
        reading = context.channel.isWritable ? nil : close(after: patience.reading, context)
        context.fireChannelWritabilityChanged()
    }

    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        sending?.cancel()
        sending = close(after: time, context)
    }

    private func close(after time: TimeAmount, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    private func stopWaiting() {
        sending?.cancel()
        reading?.cancel()
        (sending, reading) = (nil, nil)
    }
}
