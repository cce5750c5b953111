import GantryCore

extension PicturePreparation {
    /// The part of a picture of this size that `resized` keeps: all of it, but where the centre is cut out.
    public func seenArea(width: Int, height: Int) -> SeenArea {
        guard definition.resize == .torchvision else {
            return SeenArea(rows: 0..<Double(height), columns: 0..<Double(width))
        }
        let kept = BilinearResize.kept(width: width, height: height, side: definition.inputSize)
        return SeenArea(rows: kept.rows, columns: kept.columns)
    }
}
