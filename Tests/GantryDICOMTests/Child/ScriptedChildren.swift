import GantryDICOM
import GantrySandbox
import GantryTestSupport

/// Reader children that a shell plays: each speaks the protocol as it is told to, and then ends or hangs.
enum ScriptedChildren {
    /// A shell script for `/bin/sh -c`: the first child that runs it says `conversations[0]`, the second
    /// `conversations[1]`, ..., each once it has its job and its first request; then it does `end`. What they say lies
    /// in `folder`.
    static func script(
        _ conversations: [[ReaderReply]], then end: String, in folder: TemporaryFolder
    ) throws -> String {
        for (number, replies) in conversations.enumerated() {
            var bytes: [UInt8] = []
            for reply in replies { bytes += try MessageChannel.framed(reply.body()) }
            try folder.write(bytes, to: "child-\(number)")
        }
        let ready = ReaderReply.ready(protocolVersion: ReaderJob.currentVersion)
        try folder.write(MessageChannel.framed(ready.body()), to: "ready")
        return """
            cd '\(folder.path)'; n=0; while ! mkdir taken-$n 2>/dev/null; do n=$((n + 1)); done
            head -c $(head -c 4 <&3 | od -An -tu4) <&3 >job; /bin/cat ready >&3; head -c 1 <&3 >request
            /bin/cat child-$n >&3; \(end)
            """
    }

    /// The same of children that take a request whenever they are about to open a file: what they open they have been
    /// asked.
    static func attentiveScript(
        _ conversations: [[ReaderReply]], then end: String, in folder: TemporaryFolder
    ) throws -> String {
        for (child, replies) in conversations.enumerated() {
            var turns = ""
            for (number, reply) in replies.enumerated() {
                try folder.write(MessageChannel.framed(reply.body()), to: "said-\(child)-\(number)")
                if case .opening = reply { turns += "take\n" }
                turns += "/bin/cat said-\(child)-\(number) >&3\n"
            }
            try folder.write(Array(turns.utf8), to: "turns-\(child)")
        }
        let ready = ReaderReply.ready(protocolVersion: ReaderJob.currentVersion)
        try folder.write(MessageChannel.framed(ready.body()), to: "ready")
        return """
            cd '\(folder.path)'; n=0; while ! mkdir taken-$n 2>/dev/null; do n=$((n + 1)); done
            take() { head -c $(head -c 4 <&3 | od -An -tu4) <&3 >/dev/null; }
            take; /bin/cat ready >&3; . ./turns-$n; \(end)
            """
    }
}
