extension SettingTable {
    /// Writes the settings of `section` into the object that `encoder` makes, each as its `coding` says.
    func encode(_ section: Section, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodedName.self)
        for setting in settings { try setting.encode(section, usual: usual, to: &container) }
    }

    /// The section that `encode` wrote; a setting that came after version 0.4.0 and is absent has its default.
    func decode(from decoder: any Decoder) throws -> Section {
        let container = try decoder.container(keyedBy: CodedName.self)
        var section = usual
        for setting in settings { try setting.decode(into: &section, from: container) }
        return section
    }
}

/// The name of a setting in JSON.
private struct CodedName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

extension PipelineSetting {
    fileprivate func encode(
        _ section: Section, usual: Section, to container: inout KeyedEncodingContainer<CodedName>
    ) throws {
        func encode<Kind: Encodable & Equatable>(_ said: (Section) -> Kind) throws {
            let own = said(section)
            switch coding {
            case .always(let name):
                try container.encode(own, forKey: CodedName(stringValue: name))
            case .whereChanged(let name) where own != said(usual):
                try container.encode(own, forKey: CodedName(stringValue: name))
            case .whereChanged, nil:
                break
            }
        }
        func encode<Kind: Encodable & Equatable>(_ place: WritableKeyPath<Section, Kind>) throws {
            try encode { $0[keyPath: place] }
        }
        switch value {
        case .flag(let place): try encode(place)
        case .wholeNumber(let place, _): try encode(place)
        case .wholeNumberOrNone(let place, _): try encode(place)
        case .wholeNumberRange(let place, _): try encode(place)
        case .number(let place, _), .requiredNumber(let place, _): try encode(place)
        case .numberOrNone(let place, _): try encode(place)
        case .numbers(let place, _): try encode(place)
        case .texts(let place), .words(let place): try encode(place)
        case .choice(let choice): try encode(choice.word)
        case .choices(let choices): try encode(choices.words)
        }
    }

    fileprivate func decode(
        into section: inout Section, from container: KeyedDecodingContainer<CodedName>
    ) throws {
        let name: CodedName
        switch coding {
        case .always(let text): name = CodedName(stringValue: text)
        case .whereChanged(let text) where container.contains(CodedName(stringValue: text)):
            name = CodedName(stringValue: text)
        case .whereChanged, nil: return
        }
        func decode<Kind: Decodable>(_ place: WritableKeyPath<Section, Kind>) throws {
            section[keyPath: place] = try container.decode(Kind.self, forKey: name)
        }
        func require(_ isSet: Bool, _ expected: String) throws {
            guard isSet else {
                throw DecodingError.dataCorruptedError(forKey: name, in: container, debugDescription: expected)
            }
        }
        func decode(_ choice: PipelineChoice<Section>) throws {
            let word = try container.decode(String.self, forKey: name)
            try require(
                choice.set(word, in: &section),
                "expected one of \(choice.words.joined(separator: ", ")), found \(word)")
        }
        func decode(_ choices: PipelineChoices<Section>) throws {
            try require(
                choices.set(try container.decode([String].self, forKey: name), in: &section),
                "expected one or several of \(choices.all.joined(separator: ", "))")
        }
        switch value {
        case .flag(let place): try decode(place)
        case .wholeNumber(let place, _): try decode(place)
        case .wholeNumberOrNone(let place, _): try decode(place)
        case .wholeNumberRange(let place, _): try decode(place)
        case .number(let place, _), .requiredNumber(let place, _): try decode(place)
        case .numberOrNone(let place, _): try decode(place)
        case .numbers(let place, _): try decode(place)
        case .texts(let place), .words(let place): try decode(place)
        case .choice(let choice): try decode(choice)
        case .choices(let choices): try decode(choices)
        }
    }
}
