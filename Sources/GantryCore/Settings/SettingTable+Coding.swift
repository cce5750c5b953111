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
        func encode<Kind: Encodable & Equatable>(_ place: WritableKeyPath<Section, Kind>) throws {
            switch coding {
            case .always(let name):
                try container.encode(section[keyPath: place], forKey: CodedName(stringValue: name))
            case .whereChanged(let name) where section[keyPath: place] != usual[keyPath: place]:
                try container.encode(section[keyPath: place], forKey: CodedName(stringValue: name))
            case .whereChanged, nil:
                break
            }
        }
        func encode(_ choice: PipelineChoice<Section>) throws {
            let word = choice.word(in: section)
            switch coding {
            case .always(let name):
                try container.encode(word, forKey: CodedName(stringValue: name))
            case .whereChanged(let name) where word != choice.word(in: usual):
                try container.encode(word, forKey: CodedName(stringValue: name))
            case .whereChanged, nil:
                break
            }
        }
        func encode(_ choices: PipelineChoices<Section>) throws {
            let words = choices.words(in: section)
            switch coding {
            case .always(let name):
                try container.encode(words, forKey: CodedName(stringValue: name))
            case .whereChanged(let name) where words != choices.words(in: usual):
                try container.encode(words, forKey: CodedName(stringValue: name))
            case .whereChanged, nil:
                break
            }
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
        case .choice(let choice): try encode(choice)
        case .choices(let choices): try encode(choices)
        }
    }

    fileprivate func decode(
        into section: inout Section, from container: KeyedDecodingContainer<CodedName>
    ) throws {
        func decode<Kind: Decodable>(_ place: WritableKeyPath<Section, Kind>) throws {
            switch coding {
            case .always(let name):
                section[keyPath: place] = try container.decode(Kind.self, forKey: CodedName(stringValue: name))
            case .whereChanged(let name) where container.contains(CodedName(stringValue: name)):
                section[keyPath: place] = try container.decode(Kind.self, forKey: CodedName(stringValue: name))
            case .whereChanged, nil:
                break
            }
        }
        func decode(_ choice: PipelineChoice<Section>) throws {
            let name: CodedName
            switch coding {
            case .always(let text): name = CodedName(stringValue: text)
            case .whereChanged(let text) where container.contains(CodedName(stringValue: text)):
                name = CodedName(stringValue: text)
            case .whereChanged, nil: return
            }
            let word = try container.decode(String.self, forKey: name)
            guard choice.set(word, in: &section) else {
                throw DecodingError.dataCorruptedError(
                    forKey: name, in: container,
                    debugDescription: "expected one of \(choice.words.joined(separator: ", ")), found \(word)")
            }
        }
        func decode(_ choices: PipelineChoices<Section>) throws {
            let name: CodedName
            switch coding {
            case .always(let text): name = CodedName(stringValue: text)
            case .whereChanged(let text) where container.contains(CodedName(stringValue: text)):
                name = CodedName(stringValue: text)
            case .whereChanged, nil: return
            }
            guard choices.set(try container.decode([String].self, forKey: name), in: &section) else {
                throw DecodingError.dataCorruptedError(
                    forKey: name, in: container,
                    debugDescription: "expected one or several of \(choices.all.joined(separator: ", "))")
            }
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
