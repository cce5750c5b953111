import FoundationEssentials
import GantryCore
import GantrySandbox

/// How requests and replies become bytes. They are many and small, so they have a form of their own; an opinion, of
/// which a study has a few, is JSON inside.
extension ReaderRequest {
    /// The body of the message.
    package var body: [UInt8] {
        var message = MessageWriter()
        message.put(number)
        message.put(file)
        switch task {
        case .header: message.put(0 as UInt8)
        case .pixelDigest: message.put(1 as UInt8)
        case .slice(let address, let padding, let slot):
            message.put(2 as UInt8)
            message.put(address.sopInstanceUID.value)
            for value in [address.frameNumber, address.rows, address.columns, slot] { message.put(value) }
            message.put(padding.code)
        case .secondOpinion(let address):
            message.put(3 as UInt8)
            message.put(address.sopInstanceUID.value)
            for value in [address.frameNumber, address.rows, address.columns] { message.put(value) }
        }
        return message.bytes
    }

    /// The request that a body holds. **Throws** `.malformedMessage`.
    package init(body: [UInt8]) throws(SandboxFault) {
        var message = MessageReader(body)
        number = try message.integer()
        file = try message.text()
        switch try message.byte() {
        case 0: task = .header
        case 1: task = .pixelDigest
        case 2:
            guard let uid = UID(try message.text()) else { throw .malformed }
            let address = FrameAddress(
                file: file, sopInstanceUID: uid, frameNumber: try message.integer(), rows: try message.integer(),
                columns: try message.integer())
            let slot = try message.integer()
            guard let padding = PaddingTreatment(code: try message.byte()) else { throw .malformed }
            task = .slice(address, padding, slot: slot)
        case 3:
            guard let uid = UID(try message.text()) else { throw .malformed }
            task = .secondOpinion(
                FrameAddress(
                    file: file, sopInstanceUID: uid, frameNumber: try message.integer(), rows: try message.integer(),
                    columns: try message.integer()))
        default: throw .malformed
        }
        try message.finish()
    }
}

extension PaddingTreatment {
    /// The byte that stands for it.
    fileprivate var code: UInt8 {
        switch self {
        case .keep: 0
        case .air: 1
        case .mask: 2
        }
    }

    /// The treatment that a byte stands for, or nil.
    fileprivate init?(code: UInt8) {
        switch code {
        case 0: self = .keep
        case 1: self = .air
        case 2: self = .mask
        default: return nil
        }
    }
}

extension ReaderReply {
    /// The body of the message. **Throws** `.malformedMessage` where a number in a header is not finite.
    package func body() throws(SandboxFault) -> [UInt8] {
        var message = MessageWriter()
        switch self {
        case .ready(let version):
            message.put(0 as UInt8)
            message.put(version)
        case .unavailable(let sentence):
            message.put(1 as UInt8)
            message.put(sentence)
        case .opening(let number):
            message.put(2 as UInt8)
            message.put(number)
        case .answer(let number, let answer):
            message.put(3 as UInt8)
            message.put(number)
            try answer.write(into: &message)
        }
        return message.bytes
    }

    /// The reply that a body holds. **Throws** `.malformedMessage`.
    package init(body: [UInt8]) throws(SandboxFault) {
        var message = MessageReader(body)
        switch try message.byte() {
        case 0: self = .ready(protocolVersion: try message.integer())
        case 1: self = .unavailable(try message.text())
        case 2: self = .opening(number: try message.integer())
        case 3:
            let number = try message.integer()
            self = .answer(number: number, try ReaderAnswer(from: &message))
        default: throw .malformed
        }
        try message.finish()
    }
}

extension ReaderAnswer {
    fileprivate func write(into message: inout MessageWriter) throws(SandboxFault) {
        switch self {
        case .instance(let instance):
            message.put(0 as UInt8)
            try instance.write(into: &message)
        case .pixelDigest(let digest):
            message.put(1 as UInt8)
            message.put(digest)
        case .slice(let facts):
            message.put(2 as UInt8)
            message.put(facts.clampedPixels)
            message.put(facts.paddingPixels)
            message.put(facts.paddingHU) {
                $0.put($1.lowerBound)
                $0.put($1.upperBound)
            }
            message.put(facts.smallestHU) { $0.put($1) }
            message.put(facts.largestHU) { $0.put($1) }
            message.put(facts.trailingBytes)
            message.put(facts.remarks.count)
            for (code, count) in facts.remarks {
                message.put(code.rawValue)
                message.put(count)
            }
        case .failed(let reason, let detail):
            message.put(3 as UInt8)
            message.put(reason.rawValue)
            message.put(detail)
        case .opinion(let opinion):
            message.put(4 as UInt8)
            do {
                message.put(try JSONEncoder().encode(opinion))
            } catch {
                throw .malformed
            }
        }
    }

    fileprivate init(from message: inout MessageReader) throws(SandboxFault) {
        switch try message.byte() {
        case 0: self = .instance(try SOPInstance(from: &message))
        case 1: self = .pixelDigest(try message.text())
        case 2:
            var facts = SliceFacts(
                clampedPixels: try message.integer(), paddingPixels: try message.integer(),
                paddingHU: try message.optional { message throws(SandboxFault) in
                    let (smallest, largest) = (try message.integer(), try message.integer())
                    guard smallest <= largest else { throw .malformed }
                    return smallest...largest
                },
                smallestHU: try message.optional { message throws(SandboxFault) in try message.integer() },
                largestHU: try message.optional { message throws(SandboxFault) in try message.integer() },
                trailingBytes: try message.integer())
            for _ in 0..<max(0, try message.integer()) {
                guard let code = SliceRemark.Code(rawValue: try message.text()) else { throw .malformed }
                facts.remarks[code] = try message.integer()
            }
            self = .slice(facts)
        case 3:
            guard let reason = FileReason(rawValue: try message.text()) else { throw .malformed }
            self = .failed(reason, detail: try message.text())
        case 4:
            do {
                self = .opinion(try JSONDecoder().decode(SliceOpinion.self, from: Data(try message.data())))
            } catch {
                throw .malformed
            }
        default: throw .malformed
        }
    }
}
