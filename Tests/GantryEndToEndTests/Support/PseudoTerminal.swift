import Foundation

/// A terminal without a screen: what a program writes to its line can be read at the other end.
struct PseudoTerminal {
    /// The end that a test reads.
    let screen: Descriptor
    /// The end that a program writes to.
    let line: Descriptor

    /// A terminal of this many columns.
    init(columns: UInt16) throws {
        screen = try Descriptor(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC))
        var isLocked: Int32 = 0
        guard ioctl(screen.number, Self.setLock, &isLocked) == 0 else { throw POSIXError(.EIO) }
        line = try Descriptor(ioctl(screen.number, Self.openPeer, O_RDWR | O_NOCTTY | O_CLOEXEC))
        var size = winsize(ws_row: 30, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(screen.number, UInt(TIOCSWINSZ), &size) == 0 else { throw POSIXError(.EIO) }
    }

    /// TIOCSPTLCK, which is `_IOW('T', 0x31, int)`, a macro that Swift does not see. **Source** ioctl_tty(2).
    private static let setLock: UInt = 0x4004_5431
    /// TIOCGPTPEER, which is `_IO('T', 0x41)`. **Source** ioctl_tty(2).
    private static let openPeer: UInt = 0x5441
}

/// A file descriptor that is closed with its object.
final class Descriptor {
    /// Its number.
    let number: Int32

    /// Takes over `number`. **Throws** where opening it had failed.
    init(_ number: Int32) throws {
        guard number >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        self.number = number
    }

    deinit { close(number) }
}
