import CGantryKernels

/// How a layer's output is cut over the workers that compute it together: bands of rows, each cut into slabs of output
/// channels.
///
/// Early layers have many rows and few weights: bands, so that each worker reads a part of the maps. Late ones have few
/// rows and many weights: slabs, so that each reads a part of the weights. Nothing but the time depends on the cut.
package struct OutputParts: Hashable {
    /// What a layer has to compute.
    package struct Layer: Hashable {
        /// Of the output, rows of one image.
        package let rows: Int
        /// Rows that only one worker can compute.
        package let rowsTogether: Int
        /// Panels of output channels.
        package let panels: Int
        /// Panels that one worker should compute, because they share cache lines.
        package let panelsTogether: Int
        /// Steps of the inner loop for a row of the output and a panel; of all images.
        package let stepsOfRow: Int
        /// Bytes that are read for a row of the output, whatever the number of panels; of all images.
        package let bytesOfRow: Int
        /// Bytes of the weights of a panel.
        package let bytesOfPanel: Int

        package init(
            rows: Int, rowsTogether: Int, panels: Int, panelsTogether: Int, stepsOfRow: Int, bytesOfRow: Int,
            bytesOfPanel: Int
        ) {
            self.rows = rows
            self.rowsTogether = rowsTogether
            self.panels = panels
            self.panelsTogether = panelsTogether
            self.stepsOfRow = stepsOfRow
            self.bytesOfRow = bytesOfRow
            self.bytesOfPanel = bytesOfPanel
        }

        /// Rows in whole bands, panels in whole slabs.
        fileprivate var units: (rows: Int, panels: Int) {
            ((rows + rowsTogether - 1) / rowsTogether, (panels + panelsTogether - 1) / panelsTogether)
        }
    }

    package let layer: Layer
    /// Of rows.
    package let bands: Int
    /// Of panels, in each band.
    package let slabs: Int

    /// Steps of the inner loop that a byte from beyond a core's own caches takes as long as.
    private static let stepsOfByte = 4

    /// The cut among `workers` that the slowest of them is done with first; some have nothing to do where the layer is
    /// too small.
    package init(_ layer: Layer, workers: Int) {
        let units = layer.units
        var best: (bands: Int, slabs: Int, time: Int) = (1, 1, .max)
        for bands in 1...max(1, min(workers, units.rows)) {
            let slabs = max(1, min(workers / bands, units.panels))
            let rows = (units.rows + bands - 1) / bands * layer.rowsTogether
            let panels = (units.panels + slabs - 1) / slabs * layer.panelsTogether
            let bytes = rows * layer.bytesOfRow + panels * layer.bytesOfPanel
            let time = rows * panels * layer.stepsOfRow + bytes * Self.stepsOfByte
            if time < best.time { best = (bands, slabs, time) }
        }
        self.layer = layer
        (bands, slabs) = (best.bands, best.slabs)
    }

    /// What a worker computes; nil where that is nothing.
    package subscript(worker: Int) -> gantry_part? {
        guard worker < bands * slabs else { return nil }
        let (band, slab) = (worker / slabs, worker % slabs)
        let units = layer.units
        func row(_ band: Int) -> Int32 { Int32(min(band * units.rows / bands * layer.rowsTogether, layer.rows)) }
        func panel(_ slab: Int) -> Int32 {
            Int32(min(slab * units.panels / slabs * layer.panelsTogether, layer.panels))
        }
        return gantry_part(
            first_row: row(band), end_row: row(band + 1), first_panel: panel(slab), end_panel: panel(slab + 1))
    }
}
