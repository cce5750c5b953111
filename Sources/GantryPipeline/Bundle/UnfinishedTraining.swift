import Foundation
import GantryGround

/// The mark of a bundle whose training has not ended: a file in its folder. While it is there, nothing but
/// `gantry train --resume` uses the bundle, whatever else lies in it.
public enum UnfinishedTraining {
    /// The file's name.
    public static let file = "TRAINING"

    /// Marks the bundle in `folder`; it is on the disk when this returns. **Throws** `notWritable`.
    public static func mark(_ folder: String) throws(BundleFault) {
        let text = """
            This bundle is being trained, or its training was interrupted. It cannot be used yet.

            To go on where it stopped: gantry train --resume FOLDER

            Gantry removes this file when the training has ended. Do not remove it yourself: the weights here, where
            there are any, are not the ones that the training will choose.

            """
        do throws(FileFailure) {
            try DurableFile.write(text.utf8, to: path(folder))
        } catch {
            throw BundleFault(
                .notWritable, subject: path(folder), status: Int(error.status),
                explanation: "cannot be written: \(error.reason)")
        }
    }

    /// Whether the bundle in `folder` is marked.
    public static func isMarked(_ folder: String) -> Bool {
        var facts = stat()
        return lstat(path(folder), &facts) == 0
    }

    /// Takes the mark away, where there is one, last of all that a training does: before it, the files are listed
    /// (`BundleSeal`, which leaves the mark out). It is off the disk when this returns. **Throws** `notWritable`.
    public static func remove(_ folder: String) throws(BundleFault) {
        guard unlink(path(folder)) == 0 else {
            let status = errno
            if status == ENOENT { return }
            throw BundleFault(
                .notWritable, subject: path(folder), status: Int(status),
                explanation: "cannot be removed: \(String(cString: strerror(status)))")
        }
        do throws(FileFailure) {
            try DurableFile.synchroniseFolder(of: path(folder))
        } catch {
            throw BundleFault(
                .notWritable, subject: folder, status: Int(error.status),
                explanation: "cannot be brought to the disk: \(error.reason)")
        }
    }

    /// **Throws** `trainingUnfinished` where the bundle in `folder` is marked.
    public static func refuse(_ folder: String) throws(BundleFault) {
        guard isMarked(folder) else { return }
        throw BundleFault(
            .trainingUnfinished, subject: folder,
            explanation: "its training is not finished: `gantry train --resume \(folder)` goes on")
    }

    private static func path(_ folder: String) -> String { folder + "/" + file }
}
