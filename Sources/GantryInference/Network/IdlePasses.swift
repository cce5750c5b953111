import Synchronization

/// Forward passes kept between calls, so that their buffers need not be taken from the system and cleared each time.
/// They are of one size of image: that of the last call.
final class IdlePasses: Sendable {
    /// What a pass is made for: images of this size, up to `group` at once.
    struct Shape: Hashable, Sendable {
        let height: Int
        let width: Int
        let group: Int

        fileprivate func serves(_ other: Self) -> Bool {
            height == other.height && width == other.width && group >= other.group
        }
    }

    /// A pass that nobody uses. `@unchecked Sendable`: it leaves the list, under the mutex, before the one thread that
    /// takes it touches it.
    private struct Idle: @unchecked Sendable {
        let shape: Shape
        let pass: any ForwardPass
    }

    private let idle = Mutex<[Idle]>([])

    /// A kept pass for this shape and the shape it was made for; nil where there is none. Passes for others are
    /// dropped.
    fileprivate func take(_ shape: Shape) -> (Shape, any ForwardPass)? {
        let taken = idle.withLock { idle in
            idle.removeAll { !$0.shape.serves(shape) }
            return idle.popLast()
        }
        return taken.map { ($0.shape, $0.pass) }
    }

    fileprivate func keep(_ pass: any ForwardPass, _ shape: Shape) {
        // Nobody else holds the pass any more: its borrower is being destroyed.
        nonisolated(unsafe) let pass = pass
        idle.withLock { $0.append(Idle(shape: shape, pass: pass)) }
    }
}

/// A pass in the hands of one thread; it goes back when the thread is done.
final class LentPass {
    let pass: any ForwardPass
    private let shape: IdlePasses.Shape
    private let lender: IdlePasses

    init(from lender: IdlePasses, _ shape: IdlePasses.Shape, make: () -> any ForwardPass) {
        self.lender = lender
        (self.shape, pass) = lender.take(shape) ?? (shape, make())
    }

    deinit { lender.keep(pass, shape) }
}
