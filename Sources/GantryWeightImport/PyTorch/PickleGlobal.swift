import GantryTensors

/// What the names stand for that a state dict's pickle may use. No other name is accepted, and none is ever looked up
/// or called.
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

    /// The accepted name's meaning, or nil for any other name.
    init?(module: String, name: String) {
        guard let known = Self.known["\(module).\(name)"] else { return nil }
        self = known
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
        "collections.Counter": .inert,
        "collections.defaultdict": .inert,
        "builtins.dict": .inert,
        "builtins.set": .inert,
        "builtins.bytearray": .inert,
        "builtins.complex": .inert,
        "__builtin__.dict": .inert,
        "__builtin__.set": .inert,
        "__builtin__.bytearray": .inert,
        "__builtin__.complex": .inert,
        "_codecs.encode": .inert,
        "argparse.Namespace": .inert,
        "numpy.dtype": .inert,
        "numpy.core.multiarray.scalar": .inert,
        "numpy._core.multiarray.scalar": .inert,
    ]
}
