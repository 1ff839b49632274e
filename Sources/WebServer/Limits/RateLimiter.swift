import Hummingbird
import Synchronization

/// How much somebody may ask for: a bucket of tokens that fills steadily, of which every request takes one.
struct TokenBucket: Sendable, Hashable {
    private(set) var tokens: Double
    private var filled: ContinuousClock.Instant

    init(full burst: Double, at now: ContinuousClock.Instant) {
        tokens = burst
        filled = now
    }

    /// Takes a token.
    ///
    /// - Parameters:
    ///   - rate: tokens a second.
    ///   - burst: the most tokens there can be.
    ///   - now: the time.
    /// - Returns: nil when there was one; otherwise the seconds until there is.
    mutating func take(rate: Double, burst: Double, now: ContinuousClock.Instant) -> Double? {
        tokens = min(burst, tokens + rate * ((now - filled) / .seconds(1)))
        filled = now
        guard tokens >= 1 else { return (1 - tokens) / rate }
        tokens -= 1
        return nil
    }
}

/// Buckets of many who ask, as many as memory is meant for.
final class RateLimiter: Sendable {
    private static let mostBuckets = 10_000

    private let rate: Double
    private let burst: Double
    private let buckets = Mutex<[String: TokenBucket]>([:])

    /// - Parameters:
    ///   - rate: requests a second, more than 0.
    ///   - burst: requests at once.
    init(rate: Double, burst: Double) {
        self.rate = rate
        self.burst = burst
    }

    /// Takes note of a request.
    ///
    /// - Returns: nil when it may be answered; otherwise the seconds to wait.
    func take(_ name: String, at now: ContinuousClock.Instant = .now) -> Double? {
        buckets.withLock { buckets in
            // Those who have not asked for long are as those who never did.
            if buckets.count >= Self.mostBuckets, buckets[name] == nil { buckets.removeAll(keepingCapacity: true) }
            return buckets[name, default: TokenBucket(full: burst, at: now)].take(rate: rate, burst: burst, now: now)
        }
    }
}

/// Has those wait who ask too often.
struct RateLimits: RouterMiddleware {
    /// Nil for no limit.
    let limiter: RateLimiter?

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        if let limiter, let wait = limiter.take(context.caller.name ?? context.remoteAddress) {
            throw Fault.tooMany(wait)
        }
        return try await next(request, context)
    }
}

extension Fault {
    /// Too many requests.
    ///
    /// - Parameter seconds: when to come again.
    /// - Returns: what to answer.
    static func tooMany(_ seconds: Double) -> Fault {
        let wait = Int(min(seconds, 3600).rounded(.up))
        var fault = Fault(
            .tooManyRequests, code: "too_many_requests", "that was asked too often",
            remedy: "ask again in \(max(1, wait)) s")
        fault.headers[.retryAfter] = "\(max(1, wait))"
        return fault
    }
}
