/// How disease looks: how old it is, and where it lies.
///
/// **Source**: the stages of Pan et al., "Time course of lung changes at chest CT during recovery from COVID-19"
/// (Radiology 2020), in outline.
public struct DiseasePattern: Sendable, Hashable {
    /// How old it is.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// As in the sample studies: easy disease is ground glass and consolidation, hard disease faint ground glass.
        case sample
        /// Faint ground glass.
        case early
        /// Denser ground glass with a net of lines in it, some of it solid.
        case progressive
        /// Consolidation with ground glass around it.
        case peak
        /// What fades: faint ground glass, and bands along the pleura.
        case absorbing

        /// What cohorts draw from.
        static let drawn: [Stage] = [.early, .progressive, .peak, .absorbing]
    }

    /// Where it lies.
    public enum Place: String, Sendable, Hashable, CaseIterable {
        /// Below the pleura, more often behind and low.
        case peripheral
        /// Around the bronchi, near the hila.
        case central
        /// In one lobe, up to the fissure.
        case lobar
    }

    /// That of the sample studies.
    public static let sample = DiseasePattern(stage: .sample, place: .peripheral)

    /// How old it is.
    public var stage: Stage
    /// Where it lies.
    public var place: Place

    /// A pattern.
    public init(stage: Stage, place: Place) {
        self.stage = stage
        self.place = place
    }
}

extension OpacityPlacement {
    /// The opacities of a pattern: many large ones, or few small and faint ones.
    mutating func opacities(_ pattern: DiseasePattern, _ severity: DiseaseSeverity) -> [LungOpacity] {
        if pattern.stage == .sample { return sampleOpacities(severity) }
        let isHard = severity == .hard
        let isLobar = pattern.place == .lobar
        let count = isHard ? draw.integer(isLobar ? 2...3 : 3...5) : draw.integer(isLobar ? 3...5 : 7...12)
        let firstSide: Float = draw.chance(0.5) ? 1 : -1
        // hard disease is often on one side
        let otherSide = draw.chance(isHard || isLobar ? 0.5 : 0) ? firstSide : -firstSide
        var opacities: [LungOpacity] = []
        for index in 0..<count {
            let side = index % 2 == 0 ? firstSide : otherSide
            opacities += opacity(pattern, side: side, isHard: isHard)
        }
        for _ in 0..<20 where opacities.isEmpty {
            let stage = DiseasePattern(stage: pattern.stage, place: .peripheral)
            opacities += opacity(stage, side: firstSide, isHard: isHard)
        }
        return opacities
    }

    private mutating func opacity(_ pattern: DiseasePattern, side: Float, isHard: Bool) -> [LungOpacity] {
        let place = pattern.place
        // HU above the lung around it
        let faint = draw.uniform(isHard ? 140...210 : 190...300)
        let dense = draw.uniform(isHard ? 190...290 : 290...440)
        let solidHU = draw.uniform(-70...45)
        switch pattern.stage {
        case .sample:
            return []
        case .early:
            guard let site = site(place, side, size: draw.uniform(isHard ? 11...19 : 18...34)) else { return [] }
            return [glass(site, place, above: faint, net: 0)]
        case .progressive:
            guard let site = site(place, side, size: draw.uniform(isHard ? 13...22 : 24...42)) else { return [] }
            var found = [glass(site, place, above: dense, net: draw.uniform(0.4...1))]
            if draw.chance(0.3) { found.append(solid(site, place, solidHU, scale: 0.45)) }
            return found
        case .peak:
            guard let site = site(place, side, size: draw.uniform(isHard ? 13...19 : 22...36)) else { return [] }
            return [
                glass(site, place, above: dense, net: draw.uniform(0...0.5)), solid(site, place, solidHU, scale: 0.65),
            ]
        case .absorbing:
            guard let site = site(place, side, size: draw.uniform(isHard ? 15...24 : 24...38)) else { return [] }
            let band = SIMD3(draw.uniform(0.8...1.3), draw.uniform(0.14...0.22), draw.uniform(0.4...0.7)) * site.size
            return [
                glass(site, place, above: faint * 0.85, net: 0),
                made(.consolidation, site, axes: band, hounsfield: draw.uniform(-300...(-60)), net: 0),
            ]
        }
    }

    private mutating func glass(
        _ site: Site, _ place: DiseasePattern.Place, above: Float, net: Float
    ) -> LungOpacity {
        made(
            .groundGlass, site, axes: axes(place, site.size), hounsfield: min(anatomy.lungHU + above, -280), net: net)
    }

    private mutating func solid(
        _ site: Site, _ place: DiseasePattern.Place, _ hounsfield: Float, scale: Float
    ) -> LungOpacity {
        made(.consolidation, site, axes: axes(place, site.size * scale), hounsfield: hounsfield, net: 0)
    }

    /// Half axes of an opacity of a size: along the surface, outwards, towards the head.
    private mutating func axes(_ place: DiseasePattern.Place, _ size: Float) -> SIMD3<Float> {
        switch place {
        case .peripheral:
            SIMD3(draw.uniform(0.9...1.5), draw.uniform(0.5...0.85), draw.uniform(0.8...1.4)) * size
        case .central: SIMD3(draw.uniform(0.7...1.1), draw.uniform(0.7...1.2), draw.uniform(0.8...1.2)) * size
        case .lobar: SIMD3(draw.uniform(1...1.5), draw.uniform(1...1.4), draw.uniform(1...1.5)) * size
        }
    }
}
