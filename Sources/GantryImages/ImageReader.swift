import GantryCore
import GantrySandbox

/// Decodes PNG and JPEG files in a confined child process, because files come from anywhere.
///
/// The child has the folder and a channel, and nothing else that is open; its address space and processor time are
/// limited, and it can open nothing outside the folder. Pixels are complete or absent: a decoder that warns has failed.
/// Transparency is dropped and an orientation of EXIF ignored, as Pillow's `open` and `convert` do.
public struct ImageReader: Sendable {
    /// Path of the executable that has the hidden subcommand.
    public var executable: String
    /// Arguments that make it an image child.
    public var arguments: [String]
    /// How large a picture may be and how long it may take.
    public var limits: ImageLimits
    /// Told the process identifier of every child that is started.
    package var childStarted: @Sendable (Int32) -> Void = { _ in }

    /// A reader that starts `executable` (the commands give their own: `RunOptions.childExecutable`).
    public init(executable: String, arguments: [String] = ["image-child"], limits: ImageLimits = ImageLimits()) {
        self.executable = executable
        self.arguments = arguments
        self.limits = limits
    }

    /// Decodes the files at `paths` (`PathText`), which are below the folder `root`, and calls `body` with the index
    /// and what came of each, in order, until it says stop. Symbolic links are followed where they stay below `root`;
    /// `root` itself is trusted.
    ///
    /// A child that dies is started again without the file that it was on, which is a fault by name.
    ///
    /// **Throws** `.unreadable` where `root` cannot be opened; `.readerUnavailable`.
    public func read(
        root: String, paths: [String], _ body: (Int, Result<PixelImage, ImageFault>) -> ReadControl
    ) throws(ImageFault) {
        let folder: SafeFolder
        do {
            folder = try SafeFolder(path: root)
        } catch {
            throw ImageFault(.unreadable, subject: root, status: error.status, explanation: error.explanation)
        }
        let links = try LinkedPath(root: root)
        let files = paths.map { path in Result { () throws(ImageFault) in try links.leads(path) } }
        let readable: Descriptor
        do {
            readable = try folder.common(of: files.compactMap { try? $0.get() })
        } catch {
            throw ImageFault(.unreadable, subject: root, status: error.status, explanation: error.explanation)
        }
        var child: RunningImageChild?
        /// Files that are asked for or need no asking.
        var asked = 0
        for (index, path) in paths.enumerated() {
            let outcome: Result<PixelImage, ImageFault>
            switch files[index] {
            case .failure(let fault): outcome = .failure(fault)
            case .success:
                let running: RunningImageChild
                if let child, !child.isSpent {
                    running = child
                } else {
                    running = try start(folder: folder, readable: readable)
                    child = running
                    asked = index
                }
                do throws(SandboxFault) {
                    while asked < files.count {
                        if case .success(let file) = files[asked], try !running.ask(asked, path: file) { break }
                        asked += 1
                    }
                    outcome = try running.answer(for: path)
                } catch {
                    outcome = .failure(running.end(after: error, on: path))
                    child = nil
                }
            }
            if body(index, outcome) == .stop { return }
        }
    }

    /// A child that is ready. **Throws** `.readerUnavailable`.
    private func start(
        folder: borrowing SafeFolder, readable: borrowing Descriptor
    ) throws(ImageFault) -> RunningImageChild {
        do {
            return try RunningImageChild(self, folder: folder, readable: readable)
        } catch {
            throw ImageFault(
                .readerUnavailable, subject: executable, status: error.status,
                explanation: "the process that decodes pictures could not be started: " + error.explanation)
        }
    }
}
