/// Lists what is below the path that a person named, a folder or a single file.
///
/// A call blocks. Links are never followed, and nothing is opened but folders. **Throws** `.unreadable` where the path
/// is absent, or a folder that cannot be listed.
public typealias FileLister = @Sendable (_ path: String) throws(DropFolderFault) -> FileListing
