import GantryGround
import GantrySandbox
import Synchronization

/// Where the threads of a reader child take requests, in order, and give answers, each when it is done.
final class ReaderDesk: Sendable {
    private let worker: ReaderWorker
    private let threads: Int
    /// How the conversation has ended, once a thread has met its end. Locked by the thread that receives.
    private let ending = Mutex<SandboxFault?>(nil)
    /// Locked by the thread that sends.
    private let sending = Mutex<Void>(())

    /// What the stack of a thread takes of the address space. Codecs have their buffers on the heap.
    private static let stackBytes = 2 << 20

    /// A desk for `threads` threads, all of which work by `worker`.
    init(_ worker: ReaderWorker, threads: Int) {
        self.worker = worker
        self.threads = threads
    }

    /// Serves `channel` until it closes, on the calling thread and on others, which have ended when this returns. Where
    /// the system refuses a thread, the others do its share.
    ///
    /// **Throws** what the channel throws.
    func serve(_ channel: borrowing MessageChannel) throws(SandboxFault) {
        onEachThread { thread in
            do throws(SandboxFault) {
                while let request = try self.take(from: channel) {
                    let answer = ChildLimits.watching(worker: thread) { self.worker.answer(request, by: thread) }
                    try self.give(answer, to: request, on: channel)
                }
            } catch {
                self.ending.withLock { $0 = $0 ?? error }
            }
        }
        if let fault = ending.withLock({ $0 }) { throw fault }
    }

    /// Calls `work` with 0 on this thread and with 1, 2, ... on others; returns when all have.
    private func onEachThread(_ work: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(work) { work in
            let others = (1..<max(1, threads)).compactMap { thread in
                try? JoinableThread(name: "reader-\(thread)", stackBytes: Self.stackBytes) { work(thread) }
            }
            work(0)
            for other in others { other.join() }
        }
    }

    /// The next request, which is announced; nil where another thread has met the end.
    private func take(from channel: borrowing MessageChannel) throws(SandboxFault) -> ReaderRequest? {
        try ending.withLock { (ending) throws(SandboxFault) in
            guard ending == nil else { return nil }
            do throws(SandboxFault) {
                let request = try ReaderRequest(body: channel.receiveBody())
                try sending.withLock { _ throws(SandboxFault) in
                    try channel.send(ReaderReply.opening(number: request.number))
                }
                return request
            } catch {
                ending = error
                throw error
            }
        }
    }

    /// Sends an answer; one that has no message form becomes the file's end.
    private func give(
        _ answer: ReaderAnswer, to request: ReaderRequest, on channel: borrowing MessageChannel
    ) throws(SandboxFault) {
        let message: [UInt8]
        do {
            message = try MessageChannel.framed(ReaderReply.answer(number: request.number, answer).body())
        } catch {
            let failure: ReaderAnswer =
                error.code == .messageTooLarge
                ? .failed(.limitExceeded, detail: "its header holds too much text")
                : .failed(.attributeInvalid, detail: "a number in its header is not finite")
            message = try MessageChannel.framed(ReaderReply.answer(number: request.number, failure).body())
        }
        try sending.withLock { _ throws(SandboxFault) in try channel.send(framed: message) }
    }
}

extension MessageChannel {
    /// Sends a reply.
    func send(_ reply: ReaderReply) throws(SandboxFault) { try send(framed: Self.framed(reply.body())) }
}
