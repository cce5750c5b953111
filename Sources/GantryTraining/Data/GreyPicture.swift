import GantryCore

/// A picture in grey, for comparing: rows of numbers, each a mean or a value of 0 to 65535.
struct GreyPicture {
    /// Columns.
    let width: Int
    /// Rows.
    let height: Int
    /// Row by row.
    let values: [Double]

    /// The picture in grey: (299 red + 587 green + 114 blue) / 1000.
    init(_ picture: PixelImage) {
        self.init(picture, channel: nil)
    }

    /// One channel of a picture; all of them in grey where `channel` is nil.
    init(_ picture: PixelImage, channel: Int?) {
        width = picture.width
        height = picture.height
        let channels = picture.channels
        let count = width * height
        values = picture.pixels.withUnsafeBufferPointer { pixels in
            [Double](unsafeUninitializedCapacity: count) { values, initialised in
                for index in 0..<count {
                    let first = index * channels
                    let value =
                        if let channel {
                            Double(pixels[first + channel])
                        } else if channels == 1 {
                            Double(pixels[first])
                        } else {
                            Double(
                                299 * Int(pixels[first]) + 587 * Int(pixels[first + 1]) + 114 * Int(pixels[first + 2]))
                                / 1000
                        }
                    values.initializeElement(at: index, to: value)
                }
                initialised = count
            }
        }
    }

    private init(width: Int, height: Int, values: [Double]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// The picture in another size: each value the mean of what its pixel covers.
    func resized(width newWidth: Int, height newHeight: Int) -> GreyPicture {
        if newWidth == width, newHeight == height { return self }
        let across = Cover(width, by: newWidth)
        let down = Cover(height, by: newHeight)
        var row = [Double](repeating: 0, count: newWidth)
        var rowIndex = -1
        var result = [Double](repeating: 0, count: newWidth * newHeight)
        for target in 0..<newHeight {
            for source in down.pixels(of: target) {
                if source != rowIndex {
                    rowIndex = source
                    values.withUnsafeBufferPointer { values in
                        across.average(
                            UnsafeBufferPointer(rebasing: values[source * width..<(source + 1) * width]), &row)
                    }
                }
                let share = down.share(of: source, in: target)
                for column in 0..<newWidth { result[target * newWidth + column] += row[column] * share }
            }
        }
        return GreyPicture(width: newWidth, height: newHeight, values: result)
    }

    /// Which pixels each of some equal parts of a line covers, and how much of the part each is.
    private struct Cover {
        private let length: Int
        private let parts: Int

        init(_ length: Int, by parts: Int) {
            self.length = length
            self.parts = parts
        }

        // In units of 1 / parts, pixel p is p * parts ..< (p + 1) * parts, and a part is length wide.

        /// The pixels that a part covers, wholly or partly.
        func pixels(of part: Int) -> Range<Int> { part * length / parts..<((part + 1) * length + parts - 1) / parts }

        /// How much of the part a pixel is.
        func share(of pixel: Int, in part: Int) -> Double {
            let covered = min((part + 1) * length, (pixel + 1) * parts) - max(part * length, pixel * parts)
            return Double(covered) / Double(length)
        }

        /// The mean of each part of a line.
        func average(_ line: UnsafeBufferPointer<Double>, _ means: inout [Double]) {
            for part in 0..<parts {
                let covered = pixels(of: part)
                let (first, last) = (covered.lowerBound, covered.upperBound - 1)
                var sum = line[first] * share(of: first, in: part)
                if last > first {
                    var whole = 0.0
                    for pixel in first + 1..<last { whole += line[pixel] }
                    sum += whole * (Double(parts) / Double(length)) + line[last] * share(of: last, in: part)
                }
                means[part] = sum
            }
        }
    }
}
