import Crypto
public import DiffusionModels
import FoundationEssentials
import Tensors

/// Everything that determines the pixels of one picture, and nothing else: no time, place or thread is in it. Together
/// with the model, and the files that it names by their digests, it is enough to render the same bytes again.
///
/// As JSON, every key is there and none other, but for `latent_windows`, which is there where there are some; see
/// `RenderRecord+Codable.swift`. What a sampler takes from the model folder is not repeated, as the model's digest covers
/// it.
public struct RenderRecord: Sendable, Hashable {
    /// The version of the record's form.
    public static let format = 1
    /// What is computed with.
    public static let precision = "float32"
    /// The most bytes of JSON that are looked at: two prompts of the greatest length, every byte escaped.
    static let mostBytes = 2 << 20

    /// The program's version, for example `0.1.0`: another may give other pixels.
    public var program: String
    /// Which model drew.
    public var model: ModelIdentity
    /// What was asked for, whether or not the method heeds all of it.
    public var request: RenderRequest
    /// The digest of the noise that was given in place of the seed's, see ``LatentsDigest``; nil for the seed's.
    public var initialLatents: String?
    /// The backend's numerics class: another may round differently.
    public var numerics: String

    /// - Parameters:
    ///   - program: the program's version.
    ///   - model: which model drew.
    ///   - request: what was asked for.
    ///   - initialLatents: the digest of the noise that was given, if any.
    ///   - numerics: the backend's numerics class.
    public init(
        program: String, model: ModelIdentity, request: RenderRequest, initialLatents: String? = nil, numerics: String
    ) {
        self.program = program
        self.model = model
        self.request = request
        self.initialLatents = initialLatents
        self.numerics = numerics
    }

    /// The record as JSON in its only form: keys sorted, no space, numbers as short as they can be.
    ///
    /// - Throws: ``RenderRecordError`` for numbers that JSON cannot hold, which no plan accepts either.
    public func canonicalJSON() throws(RenderRecordError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch let EncodingError.invalidValue(value, context) {
            throw RenderRecordError(
                key: context.codingPath.recordPath, problem: "\(value) cannot be recorded",
                remedy: "use finite numbers")
        } catch {
            throw RenderRecordError(key: nil, problem: "it cannot be recorded: \(error)", remedy: "use finite numbers")
        }
    }

    /// The SHA-256 of ``canonicalJSON()``: the same for the same pixels, as far as the records are the same.
    public func fingerprint() throws(RenderRecordError) -> String {
        SHA256.hash(data: [UInt8](try canonicalJSON().utf8)).hexadecimal
    }

    /// Reads a record, which may come from anywhere.
    ///
    /// - Throws: ``RenderRecordError`` naming the key that is missing, unknown or out of range.
    public init(json: String) throws(RenderRecordError) {
        guard json.utf8.count <= Self.mostBytes else {
            throw RenderRecordError(
                key: nil, problem: "its record has \(json.utf8.count) bytes, not at most \(Self.mostBytes)",
                remedy: "it was not written by apldm")
        }
        do {
            self = try JSONDecoder().decode(RenderRecord.self, from: Data(json.utf8))
        } catch let error as RenderRecordError {
            throw error
        } catch {
            throw RenderRecordError(
                key: nil, problem: "its record is no JSON object", remedy: "the record was damaged or changed by hand")
        }
    }
}
