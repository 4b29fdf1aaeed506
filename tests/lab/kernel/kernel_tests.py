"""jupyter_kernel_test, the Jupyter project's own tests of a kernel, against ours. Run by protocol.test.ts."""
import unittest

import jupyter_kernel_test

# A loaded machine may need a while to import our library in a cell.
jupyter_kernel_test.TIMEOUT = 60


class Palimpsest(jupyter_kernel_test.KernelTests):
    kernel_name = "palimpsest"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("what went wrong");'
    completion_samples = [
        {"text": "Math.floo", "matches": {"floor"}},
        {"text": 'const 한국어 = "🙂"; 한국어.trimStar', "matches": {"trimStart"}},
    ]
    complete_code_samples = ["1", "const a = [1, 2];", "for (const x of [1]) console.log(x);", "await null;"]
    incomplete_code_samples = ["const a = [1,", "function f() {", "if (true) {", "const text = `one", "const sum =", "/* one", "f(() =>"]
    invalid_code_samples = ["const const;", "1 +* 2", "%%bash"]
    code_generate_error = 'throw new RangeError("too far");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2].map((x) => 2 * x)", "result": "[ 2, 4 ]"},
        {"code": '"text".length', "result": "4"},
    ]
    code_display_data = [
        {"code": 'import { show } from "palimpsest";\nshow({ html: "<b>bold</b>" });', "mime": "text/html"},
        {"code": "show([{ a: 1 }]);", "mime": "text/html"},
    ]
    code_history_pattern = "6 ?*7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.floor"
    # No pager: a page of Jupyter's is how Python's `help` is shown, for which we have Shift+Tab.
    # No clear_output: what changes in place here is a display with an id, updated.


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "palimpsest"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
