/// What a part leaves out that other parts of its series show.
extension SeriesExamination {
    /// Number of images of other parts of this part's series that may show what it does not.
    ///
    /// Those are images that are of no part and have no place or one parallel to it; and those of another part (but not
    /// of a stack with another Stack ID) which are parallel to it and lie where it has no slice, or beside its slice
    /// where both have the same geometry. Localizers are none of them.
    func imagesBeside(among parts: [SeriesExamination]) -> Int {
        guard let stack = stacking.stack, let normal = stacking.normal else { return 0 }
        // Half a step, and what positions written as decimal text are off: passes may interleave half a step apart.
        let reach = (stack.geometry.sliceSpacingMillimetres ?? 0) * 0.6 + 1e-6
        return parts.filter { $0.partNumber != partNumber }.reduce(0) { sum, other in
            let unplaced = other.part.imagesOfNoPart.count { image in
                image.pixels != nil && !image.calls(itself: "LOCALIZER")
                    && image.plane.map { abs($0.normal.dot(normal)) > 0.999 } ?? true
            }
            guard !other.part.isAnotherStack(than: part) else { return sum + unplaced }
            let isOfSameSize = other.part.hasGeometry(of: part)
            let uncovered = other.part.images.count { image in
                guard let plane = image.plane, abs(plane.normal.dot(normal)) > 0.999, !image.calls(itself: "LOCALIZER")
                else { return false }
                guard let slice = stack.slice(at: plane.imagePositionPatient.dot(normal), reachMillimetres: reach)
                else {
                    return true
                }
                return isOfSameSize && !plane.lies(over: slice.plane)
            }
            return sum + unplaced + uncovered
        }
    }
}

extension SliceStack {
    /// The first slice within `reachMillimetres` of a position along the normal; nil where none is.
    fileprivate func slice(at positionMillimetres: Double, reachMillimetres: Double) -> SliceSource? {
        // Slices come by increasing position: the first that is not below the reach decides.
        var (low, high) = (0, slices.count)
        while low < high {
            let middle = (low + high) / 2
            if slices[middle].positionMillimetres < positionMillimetres - reachMillimetres {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < slices.count, slices[low].positionMillimetres <= positionMillimetres + reachMillimetres else {
            return nil
        }
        return slices[low]
    }
}
