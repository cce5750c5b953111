import GantryTensors

/// What the names stand for that a state dict's pickle may use. No name is ever looked up or called.
///
/// Of a name outside the list instances may lie beside the weights, as long as pickle makes them without a call: they
/// are values without meaning. What calls such a name is refused.
///
/// **Source**: torch/_utils.py, torch/serialization.py, and the list of torch/_weights_only_unpickler.py; beside them
/// what checkpoints of torchvision's and timm's training scripts carry next to their weights.
enum PickleGlobal: Hashable, Sendable {
    /// `collections.OrderedDict`.
    case orderedDictionary
    /// `_rebuild_tensor` and `_rebuild_tensor_v2`: storage, offset, sizes, strides, and what gradients need.
    case tensor
    /// `Parameter` and the functions that rebuild one: a tensor, and what gradients need.
    case parameter
    /// A storage class.
    case storage(ElementType)
    /// A class or function whose result does not matter.
    case inert
    /// A name outside the list, by its place among the interpreter's.
    case unknown(Int)

    /// The listed name's meaning, or nil for any other name.
    init?(module: String, name: String) {
        if let known = Self.known["\(module).\(name)"] {
            self = known
        } else if Self.isInert(module, name) {
            self = .inert
        } else {
            return nil
        }
    }

    /// Of these modules, classes whose instances are values without meaning here, in whatever module they are defined.
    private static let inertModules: [String: Set<String>] = [
        "pathlib": ["Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath"],
        "datetime": ["date", "datetime", "time", "timedelta", "timezone"],
        "builtins": [
            "bytearray", "bytes", "complex", "dict", "frozenset", "list", "range", "set", "slice", "tuple", "xrange",
        ],
        "collections": ["Counter", "defaultdict", "deque"],
        "types": ["SimpleNamespace"], "argparse": ["Namespace"], "uuid": ["UUID", "SafeUUID"],
        "decimal": ["Decimal"], "fractions": ["Fraction"], "numpy": ["dtype", "ndarray"],
        "numpy.core.multiarray": ["_reconstruct", "scalar"], "numpy.core.numeric": ["_frombuffer"],
    ]

    private static func isInert(_ module: String, _ name: String) -> Bool {
        // Modules have moved: Python 3.13's pathlib, NumPy 2, Python 2's builtins.
        let usual =
            switch module {
            case "pathlib._local": "pathlib"
            case "__builtin__": "builtins"
            case let numpy where numpy.hasPrefix("numpy._core."): "numpy.core." + numpy.dropFirst("numpy._core.".count)
            default: module
            }
        return inertModules[usual]?.contains(name) == true
    }

    private static let known: [String: PickleGlobal] = [
        "collections.OrderedDict": .orderedDictionary,
        "torch._utils._rebuild_tensor": .tensor,
        "torch._utils._rebuild_tensor_v2": .tensor,
        "torch._utils._rebuild_parameter": .parameter,
        "torch._utils._rebuild_parameter_with_state": .parameter,
        "torch.nn.parameter.Parameter": .parameter,
        "torch.FloatStorage": .storage(.f32),
        "torch.HalfStorage": .storage(.f16),
        "torch.BFloat16Storage": .storage(.bf16),
        "torch.DoubleStorage": .storage(.f64),
        "torch.LongStorage": .storage(.i64),
        "torch.IntStorage": .storage(.i32),
        "torch.ShortStorage": .storage(.i16),
        "torch.CharStorage": .storage(.i8),
        "torch.ByteStorage": .storage(.u8),
        "torch.BoolStorage": .storage(.bool),
        "torch.Size": .inert,
        "torch.device": .inert,
        "torch.float32": .inert,
        "torch.float16": .inert,
        "torch.bfloat16": .inert,
        "torch.float64": .inert,
        "torch.int64": .inert,
        "torch.torch_version.TorchVersion": .inert,
        "_codecs.encode": .inert,
    ]
}
