extension Mutation {
    /// The pixel module's numbers, pixel data and its fragments.
    static let pixelMutations: [Mutation] = [
        .tree("pixel module number") { tree, generator in
            let tags: [Tag] = [
                .rows, .columns, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation, .samplesPerPixel,
            ]
            let numbers = [
                0, 1, 2, 3, 7, 8, 9, 11, 12, 13, 15, 16, 17, 31, 32, 33, 64, 255, 256, 512, 4096, 32_768, 65_535,
            ]
            guard let tag = generator.pick(tags), let number = generator.pick(numbers) else { return }
            let near = generator.once(in: 3)
            for index in tree.dataSet.indices where tree.dataSet[index].tag == tag {
                let old = tree.number(of: tree.dataSet[index]) ?? 0
                tree.dataSet[index].content = .bytes(tree.unsignedShort(near ? old + generator.index(5) - 2 : number))
            }
        },
        .tree("number of frames") { tree, generator in
            let texts = ["0", "1", "2", "3", "-1", "1000000", "2147483647", "99999999999", "1\\2", "x", ""]
            tree.dataSet.removeAll { $0.tag == .numberOfFrames }
            let value = Array((generator.pick(texts) ?? "").utf8)
            let place = tree.dataSet.firstIndex { $0.tag.group >= 0x0028 } ?? tree.dataSet.count
            tree.dataSet.insert(
                DataElement(.numberOfFrames, tree.form.isExplicit ? "IS" : "", .bytes(value)), at: place)
        },
        .tree("photometric interpretation") { tree, generator in
            let texts = [
                "MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL_422", "PALETTE COLOR", "YBR_RCT", "NONSENSE", "",
            ]
            for index in tree.dataSet.indices where tree.dataSet[index].tag == .photometricInterpretation {
                tree.dataSet[index].content = .bytes(Array((generator.pick(texts) ?? "").utf8))
            }
        },
        .tree("rescale") { tree, generator in
            let texts = ["0", "-1", "1e300", "1e-300", "0.1", "65536", "-32768.5", "x", "", "1\\2"]
            let tag: Tag = generator.once(in: 2) ? .rescaleSlope : .rescaleIntercept
            for index in tree.dataSet.indices where tree.dataSet[index].tag == tag {
                tree.dataSet[index].content = .bytes(Array((generator.pick(texts) ?? "").utf8))
            }
        },
        .tree("pixel data cut") { tree, generator in
            tree.withPixelBytes(&generator) { bytes, generator in
                bytes.removeLast(min(bytes.count, 1 + generator.index(generator.once(in: 2) ? 16 : bytes.count)))
            }
        },
        .tree("pixel data longer") { tree, generator in
            tree.withPixelBytes(&generator) { $0 += $1.bytes(1 + $1.index(600)) }
        },
        .tree("pixel data bits") { tree, generator in
            tree.withPixelBytes(&generator) { bytes, generator in
                guard !bytes.isEmpty else { return }
                // Headers of codecs stand at the front.
                let reach = generator.once(in: 2) ? min(bytes.count, 200) : bytes.count
                for _ in 0...generator.index(8) {
                    bytes[generator.index(reach)] ^= UInt8(1 << generator.index(8))
                }
            }
        },
        .tree("pixel data bytes") { tree, generator in
            tree.withPixelBytes(&generator) { bytes, generator in
                guard !bytes.isEmpty else { return }
                let reach = generator.once(in: 2) ? min(bytes.count, 200) : bytes.count
                for _ in 0...generator.index(4) {
                    bytes[generator.index(reach)] =
                        generator.pick([0, 1, 0x7F, 0x80, 0xD8, 0xD9, 0xDA, 0xFE, 0xFF]) ?? 0
                }
            }
        },
        .tree("JPEG marker segment") { tree, generator in
            tree.withPixelBytes(&generator) { bytes, generator in
                let markers = bytes.indices.dropLast(3).filter { bytes[$0] == 0xFF && bytes[$0 + 1] >= 0xC0 }.prefix(24)
                guard let marker = generator.pick(Array(markers)) else { return }
                switch generator.index(4) {
                case 0: bytes[marker + 1] = UInt8(0xC0 + generator.index(64))
                case 1: bytes.replaceSubrange(marker + 2..<marker + 4, with: generator.bytes(2))
                case 2: bytes.insert(contentsOf: bytes[marker..<min(marker + 40, bytes.count)], at: marker)
                default: bytes.removeSubrange(marker..<min(marker + 1 + generator.index(30), bytes.count))
                }
            }
        },
        .tree("pixel data twice, of other kinds") { tree, generator in
            let native = DataElement(.pixelData, "OW", .bytes(generator.bytes(generator.index(4000))))
            tree.dataSet.insert(
                native, at: generator.once(in: 2) ? tree.dataSet.count : generator.index(tree.dataSet.count))
        },
        .tree("encapsulated or native by force") { tree, _ in
            for index in tree.dataSet.indices where tree.dataSet[index].tag == .pixelData {
                switch tree.dataSet[index].content {
                case .bytes(let bytes): tree.dataSet[index].content = .fragments([[], bytes], isDelimited: true)
                case .fragments(let fragments, _): tree.dataSet[index].content = .bytes(Array(fragments.joined()))
                case .items: break
                }
            }
        },
        .tree("fragment dropped") { tree, generator in
            tree.withFragments { fragments in
                if !fragments.isEmpty { fragments.remove(at: generator.index(fragments.count)) }
            }
        },
        .tree("fragment split") { tree, generator in
            tree.withFragments { fragments in
                guard fragments.count > 1, let last = fragments.last, last.count > 4 else { return }
                let pieces = generator.once(in: 4) ? min(5000, last.count / 2) : 2 + generator.index(4)
                let each = max(1, last.count / pieces)
                fragments.removeLast()
                for start in stride(from: 0, to: last.count, by: each) {
                    fragments.append(Array(last[start..<min(start + each, last.count)]))
                }
            }
        },
        .tree("fragment duplicated") { tree, generator in
            tree.withFragments { fragments in
                guard let fragment = generator.pick(fragments) else { return }
                fragments.insert(fragment, at: generator.index(fragments.count + 1))
            }
        },
        .tree("empty fragments") { tree, generator in
            tree.withFragments { fragments in
                let count = generator.once(in: 4) ? 20_000 : 1 + generator.index(3)
                let empty = [[UInt8]](repeating: [], count: count)
                fragments.insert(contentsOf: empty, at: generator.index(fragments.count + 1))
            }
        },
        .tree("offset table") { tree, generator in
            tree.withFragments { fragments in
                guard !fragments.isEmpty else { return }
                fragments[0] =
                    generator.once(in: 2)
                    ? generator.bytes(4 * generator.index(6)) : generator.bytes(generator.index(9))
            }
        },
        .tree("fragments without end") { tree, _ in
            for index in tree.dataSet.indices {
                guard case .fragments(let fragments, _) = tree.dataSet[index].content else { continue }
                tree.dataSet[index].content = .fragments(fragments, isDelimited: false)
            }
        },
    ]
}

extension DICOMTree {
    /// The unsigned short that an element holds; nil where it holds something else.
    func number(of element: DataElement) -> Int? {
        guard let bytes = element.bytes, bytes.count == 2 else { return nil }
        return form.isBigEndian ? Int(bytes[0]) << 8 | Int(bytes[1]) : Int(bytes[1]) << 8 | Int(bytes[0])
    }
}
