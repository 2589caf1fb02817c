"""tests/unit mirrors the package: where the test of each module is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT
from tests.test_architecture import MODULES, import_edges, imported, module_name, name_of

UNIT = ROOT / "tests" / "unit"
STEPS = 3  # imports between a module that a test names and the module that it covers

# Their modules are loaded when a command runs, in this process or in another one.
RUN_BY_NAME = {"zkctl.cli.": "tests/cli/", "zkctl.service.": "tests/service/"}

# Modules that another test file covers better than one of their own would: kernels by comparisons of whole
# kernels, commands through the command line, the coordinator through HTTP, parts of one action by the action.
COVERED_BY = {
    "zkctl/ceremony/contribution.py": "tests/unit/formats/binary/test_contributions.py",
    "zkctl/ceremony/hashing.py": "tests/unit/ceremony/phase1/test_contribute.py",
    "zkctl/ceremony/phase1/verify.py": "tests/soundness/test_ceremony_phase1.py",
    "zkctl/ceremony/phase2/bellman.py": "tests/unit/toolchain/ceremony/test_bellman.py",
    "zkctl/ceremony/phase2/verify.py": "tests/soundness/test_ceremony_phase2.py",
    "zkctl/ceremony/primitives/blake2b/compress.py": "tests/unit/ceremony/primitives/blake2b/test_state.py",
    "zkctl/ceremony/primitives/blake2b/formulas.py": "tests/unit/ceremony/primitives/blake2b/test_state.py",
    "zkctl/ceremony/primitives/blake2b/kernel.py": "tests/unit/ceremony/primitives/blake2b/test_state.py",
    "zkctl/ceremony/record/contributions.py": "tests/soundness/test_ceremony_records.py",
    "zkctl/cli/app.py": "tests/cli/test_app.py",
    "zkctl/cli/arguments.py": "tests/cli/test_forms.py",
    "zkctl/cli/command.py": "tests/cli/test_command.py",
    "zkctl/cli/commands/address/holder.py": "tests/cli/test_address.py",
    "zkctl/cli/commands/address/registry.py": "tests/cli/test_address.py",
    "zkctl/cli/commands/address/verifier.py": "tests/cli/test_address.py",
    "zkctl/cli/commands/bench.py": "tests/cli/test_bench.py",
    "zkctl/cli/commands/ceremony/bellman.py": "tests/cli/test_ceremony_forms.py",
    "zkctl/cli/commands/ceremony/folder.py": "tests/cli/test_ceremony_forms.py",
    "zkctl/cli/commands/ceremony/key.py": "tests/cli/test_ceremony_forms.py",
    "zkctl/cli/commands/ceremony/online.py": "tests/cli/test_ceremony_forms.py",
    "zkctl/cli/commands/ceremony/receipts.py": "tests/cli/test_ceremony_forms.py",
    "zkctl/cli/commands/circuit.py": "tests/cli/test_end_to_end.py",
    "zkctl/circom/execution/executed.py": "tests/unit/circom/execution/test_instances.py",
    "zkctl/cli/commands/circom.py": "tests/cli/test_circom.py",
    "zkctl/cli/commands/compile.py": "tests/cli/test_end_to_end.py",
    "zkctl/cli/commands/contract.py": "tests/cli/test_contract.py",
    "zkctl/cli/commands/deploy.py": "tests/cli/test_deploy.py",
    "zkctl/cli/commands/inspect.py": "tests/cli/test_forms.py",
    "zkctl/cli/commands/lint.py": "tests/cli/test_lint.py",
    "zkctl/cli/commands/profile.py": "tests/cli/test_profile.py",
    "zkctl/cli/commands/project.py": "tests/cli/test_project.py",
    "zkctl/cli/commands/project_tests.py": "tests/cli/test_project_tests.py",
    "zkctl/cli/commands/proof.py": "tests/cli/test_end_to_end.py",
    "zkctl/cli/commands/service/addresses.py": "tests/cli/test_service_data.py",
    "zkctl/cli/commands/service/backups.py": "tests/cli/test_service_data.py",
    "zkctl/cli/commands/service/doctor.py": "tests/cli/test_service_data.py",
    "zkctl/cli/commands/service/flags.py": "tests/cli/test_service_data.py",
    "zkctl/cli/commands/service/registries.py": "tests/cli/test_service_data.py",
    "zkctl/cli/commands/serve.py": "tests/cli/test_serve.py",
    "zkctl/cli/commands/service/keys.py": "tests/cli/test_service.py",
    "zkctl/cli/commands/service/options.py": "tests/cli/test_service.py",
    "zkctl/cli/commands/service/tables.py": "tests/cli/test_service.py",
    "zkctl/cli/commands/setup.py": "tests/cli/test_end_to_end.py",
    "zkctl/cli/commands/ptau/contribute.py": "tests/cli/test_end_to_end.py",
    "zkctl/cli/commands/ptau/exchange.py": "tests/cli/test_forms.py",
    "zkctl/cli/commands/ptau/fetch.py": "tests/cli/test_forms.py",
    "zkctl/cli/commands/ptau/files.py": "tests/cli/test_forms.py",
    "zkctl/cli/entropy.py": "tests/cli/test_entropy.py",
    "zkctl/cli/help.py": "tests/cli/test_help.py",
    "zkctl/cli/hints.py": "tests/cli/test_hints.py",
    "zkctl/cli/narrator.py": "tests/cli/test_narrator.py",
    "zkctl/cli/output.py": "tests/cli/test_output.py",
    "zkctl/cli/parameters.py": "tests/cli/test_plain_arguments.py",
    "zkctl/cli/plain_arguments.py": "tests/cli/test_plain_arguments.py",
    "zkctl/cli/text.py": "tests/cli/test_text.py",
    "zkctl/cli/typer_application.py": "tests/cli/test_app.py",
    "zkctl/circom/code/assembler.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/assigned.py": "tests/unit/circom/code/test_statements.py",
    "zkctl/circom/code/bindings.py": "tests/unit/circom/code/test_statements.py",
    "zkctl/circom/code/choices.py": "tests/unit/circom/code/test_statements.py",
    "zkctl/circom/code/expressions.py": "tests/unit/circom/code/test_statements.py",
    "zkctl/circom/code/functions.py": "tests/circom/test_run_time_code.py",
    "zkctl/circom/code/graph.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/idioms.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/operators.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/parts.py": "tests/circom/test_large_code.py",
    "zkctl/circom/code/piece.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/schedule.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/scope.py": "tests/unit/circom/code/test_statements.py",
    "zkctl/circom/code/values.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/code/writer.py": "tests/unit/circom/code/test_recorder.py",
    "zkctl/circom/compile.py": "tests/circom/test_programs.py",
    "zkctl/circom/custom.py": "tests/circom/test_custom.py",
    "zkctl/circom/custom_pragmas.py": "tests/unit/circom/test_includes.py",
    "zkctl/circom/findings.py": "tests/unit/circom/test_report.py",
    "zkctl/circom/instance.py": "tests/unit/circom/test_layout.py",
    "zkctl/circom/nodes.py": "tests/unit/circom/parser/test_files.py",
    "zkctl/circom/parser/cursor.py": "tests/unit/circom/parser/test_expressions.py",
    "zkctl/circom/parser/recovery.py": "tests/unit/circom/parser/test_files.py",
    "zkctl/circom/parser/statements.py": "tests/unit/circom/parser/test_files.py",
    "zkctl/circom/source.py": "tests/unit/circom/test_report.py",
    "zkctl/circom/sugar/anonymous.py": "tests/unit/circom/sugar/test_desugar.py",
    "zkctl/circom/sugar/misuse.py": "tests/unit/circom/sugar/test_desugar.py",
    "zkctl/circom/sugar/tuples.py": "tests/unit/circom/sugar/test_desugar.py",
    "zkctl/constraints/custom_gates.py": "tests/unit/formats/binary/test_custom_gates.py",
    "zkctl/toolchain/circuit/circom_files.py": "tests/cli/test_circom.py",
    "zkctl/toolchain/circuit/circom_source.py": "tests/cli/test_circom.py",
    "zkctl/toolchain/circuit/compile_summary.py": "tests/unit/toolchain/circuit/test_compile.py",
    "zkctl/constraints/advice/instructions.py": "tests/unit/constraints/advice/test_check.py",
    "zkctl/constraints/hint_call.py": "tests/unit/constraints/test_hint_table.py",
    "zkctl/constraints/hint_functions.py": "tests/unit/constraints/test_witness_program.py",
    "zkctl/constraints/plonk/gates.py": "tests/unit/constraints/plonk/test_arithmetise.py",
    "zkctl/curve/backend.py": "tests/unit/curve/kernels/compiled/test_group.py",
    "zkctl/curve/coordinates.py": "tests/unit/curve/test_encoding.py",
    "zkctl/curve/curves/bls12_381.py": "tests/oracle/test_groups_against_py_ecc.py",
    "zkctl/curve/curves/bn254.py": "tests/oracle/test_groups_against_py_ecc.py",
    "zkctl/curve/curves/parameters.py": "tests/unit/curve/sums/test_point_table.py",
    "zkctl/curve/curves/registry.py": "tests/oracle/test_groups_against_py_ecc.py",
    "zkctl/curve/kernels/chain.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/curve/kernels/combination.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/curve/kernels/compiled/rounds.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/curve/kernels/complete_addition.py": "tests/unit/curve/subgroup/test_membership.py",
    "zkctl/curve/kernels/coordinates.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/curve/kernels/interface.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/curve/kernels/members.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/curve/kernels/fixed_pairing.py": "tests/unit/curve/kernels/compiled/test_pairing.py",
    "zkctl/curve/kernels/pairing.py": "tests/unit/curve/kernels/test_tower.py",
    "zkctl/curve/kernels/spread.py": "tests/unit/curve/kernels/test_tower.py",
    "zkctl/curve/pairing_formulas.py": "tests/unit/curve/test_pairing.py",
    "zkctl/curve/subgroup/membership_formulas.py": "tests/unit/curve/subgroup/test_membership.py",
    "zkctl/curve/sums/reference_sums.py": "tests/unit/curve/kernels/compiled/test_group.py",
    "zkctl/dsl/numbers/spelled.py": "tests/unit/dsl/numbers/test_kept_bits.py",
    "zkctl/dsl/numbers/word_bits.py": "tests/unit/dsl/numbers/test_word_logic.py",
    "zkctl/dsl/numbers/linear_value.py": "tests/unit/dsl/test_signal.py",
    "zkctl/dsl/advice/builder.py": "tests/unit/dsl/advice/test_functions.py",
    "zkctl/dsl/advice/integers.py": "tests/unit/dsl/advice/test_functions.py",
    "zkctl/dsl/numbers/bit_operators.py": "tests/unit/dsl/numbers/test_uint_bits.py",
    "zkctl/dsl/combination_text.py": "tests/unit/dsl/test_circuit.py",
    "zkctl/dsl/decomposition.py": "tests/unit/dsl/test_circuit.py",
    "zkctl/dsl/interface.py": "tests/unit/dsl/test_circuit.py",
    "zkctl/dsl/link.py": "tests/unit/dsl/test_circuit.py",
    "zkctl/dsl/nested_values.py": "tests/unit/dsl/test_circuit.py",
    "zkctl/dsl/refused_operators.py": "tests/unit/dsl/test_signal.py",
    "zkctl/dsl/trace.py": "tests/unit/dsl/test_circuit.py",
    "zkctl/errors.py": "tests/cli/test_hints.py",
    "zkctl/field/kernels/compiled/formulas.py": "tests/unit/field/test_formulas.py",
    "zkctl/field/kernels/compiled/scans.py": "tests/unit/poly/test_scan.py",
    "zkctl/field/kernels/compiled/schedule.py": "tests/unit/field/test_backend.py",
    "zkctl/field/kernels/field.py": "tests/unit/field/kernels/test_compiler_other_machines.py",
    "zkctl/field/kernels/formula_source.py": "tests/unit/field/test_formulas.py",
    "zkctl/field/kernels/formulas.py": "tests/unit/field/test_formulas.py",
    "zkctl/field/kernels/host.py": "tests/unit/field/kernels/test_cache.py",
    "zkctl/field/kernels/interface.py": "tests/oracle/test_compiled_against_numpy.py",
    "zkctl/field/kernels/inverse.py": "tests/oracle/test_compiled_against_numpy.py",
    "zkctl/field/kernels/lanes.py": "tests/unit/field/kernels/test_language.py",
    "zkctl/field/kernels/limb_plan.py": "tests/unit/field/kernels/compiled/test_field.py",
    "zkctl/field/kernels/limbs.py": "tests/unit/field/kernels/test_language.py",
    "zkctl/field/kernels/memory.py": "tests/oracle/test_compiled_against_numpy.py",
    "zkctl/field/kernels/montgomery.py": "tests/oracle/test_compiled_against_numpy.py",
    "zkctl/field/kernels/transform/job.py": "tests/unit/field/kernels/transform/test_emit.py",
    **{
        f"zkctl/field/kernels/evaluator/{name}.py": "tests/unit/field/kernels/compiled/test_evaluator.py"
        for name in ("checks", "emit", "hints", "integers", "job", "levels", "rows")
    },
    "zkctl/field/kernels/numpy/rounds.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/field/kernels/numpy/scans.py": "tests/unit/poly/test_scan.py",
    "zkctl/field/kernels/numpy/schedule.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/field/kernels/residue.py": "tests/oracle/test_compiled_against_numpy.py",
    "zkctl/field/kernels/round_job.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/field/kernels/rounds.py": "tests/oracle/test_compiled_groups_against_numpy.py",
    "zkctl/field/kernels/scans.py": "tests/unit/poly/test_scan.py",
    "zkctl/field/kernels/schedule.py": "tests/unit/field/kernels/test_compiler_other_machines.py",
    "zkctl/fflonk/formulas.py": "tests/unit/plonk/test_prove.py",
    "zkctl/kzg/formulas.py": "tests/unit/kzg/test_permutation.py",
    "zkctl/plonk/formulas.py": "tests/unit/plonk/test_quotient.py",
    "zkctl/field/prime.py": "tests/unit/field/kernels/numpy/test_field.py",
    "zkctl/field/words.py": "tests/unit/field/test_array.py",
    "zkctl/formats/binary/program_advice.py": "tests/unit/formats/binary/test_wprog.py",
    "zkctl/formats/binary/program_notes.py": "tests/unit/formats/binary/test_wprog.py",
    "zkctl/formats/binary/program_values.py": "tests/unit/formats/binary/test_wprog.py",
    "zkctl/formats/binary/elements.py": "tests/unit/formats/binary/ptau/test_file.py",
    "zkctl/formats/binary/ptau/exchange.py": "tests/unit/toolchain/ptau/test_exchange.py",
    "zkctl/formats/json/ptau.py": "tests/unit/toolchain/ptau/test_transform.py",
    "zkctl/formats/json/zkvm_receipts.py": "tests/unit/toolchain/inspect/test_info.py",
    "zkctl/formats/magic.py": "tests/unit/formats/test_identify.py",
    "zkctl/gadgets/inverse.py": "tests/unit/gadgets/test_select.py",
    "zkctl/fflonk/keys.py": "tests/unit/fflonk/test_setup.py",
    "zkctl/groth16/keys.py": "tests/unit/groth16/test_verify.py",
    "zkctl/plonk/keys.py": "tests/unit/plonk/test_setup.py",
    "zkctl/runtime/clock.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/runtime/findings.py": "tests/unit/toolchain/proof/test_systems.py",
    "zkctl/runtime/import_path.py": "tests/soundness/test_child_processes.py",
    "zkctl/runtime/isolated.py": "tests/soundness/test_child_processes.py",
    "zkctl/runtime/progress.py": "tests/unit/toolchain/proof/test_systems.py",
    "zkctl/cli/commands/service/config.py": "tests/cli/test_service_calls.py",
    "zkctl/cli/commands/service_calls.py": "tests/cli/test_service_calls.py",
    "zkctl/service/proving/access.py": "tests/service/proving/test_check_07_refusals.py",
    "zkctl/service/proving/acceptance.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/answers.py": "tests/service/proving/test_check_09_waiting.py",
    "zkctl/service/proving/app.py": "tests/service/proving/test_check_07_refusals.py",
    "zkctl/service/proving/bodies.py": "tests/service/proving/test_verify.py",
    "zkctl/service/proving/guard.py": "tests/service/proving/test_check_07_refusals.py",
    "zkctl/service/proving/openapi.py": "tests/service/proving/test_check_26_openapi.py",
    "zkctl/service/proving/policy.py": "tests/service/proving/test_verify.py",
    "zkctl/service/proving/protocol.py": "tests/service/proving/test_connections.py",
    "zkctl/service/proving/schemas.py": "tests/service/proving/test_check_26_openapi.py",
    "zkctl/service/proving/service.py": "tests/service/proving/test_verify.py",
    "zkctl/service/proving/statement.py": "tests/service/proving/test_check_06_hostile.py",
    "zkctl/service/proving/uses.py": "tests/service/proving/test_verify.py",
    "zkctl/service/proving/verify.py": "tests/service/proving/test_verify.py",
    "zkctl/service/proving/routes/administration.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/routes/challenges.py": "tests/service/proving/test_verify.py",
    "zkctl/service/proving/routes/circuits.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/routes/dependencies.py": "tests/service/proving/test_check_07_refusals.py",
    "zkctl/service/proving/routes/documentation.py": "tests/service/proving/test_check_26_openapi.py",
    "zkctl/service/proving/routes/generate.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/routes/jobs.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/routes/probes.py": "tests/service/proving/test_check_02_health.py",
    "zkctl/service/proving/routes/sealing.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/routes/verify.py": "tests/service/proving/test_verify.py",
    "zkctl/service/coordinator/app.py": "tests/service/test_http.py",
    "zkctl/service/coordinator/child_limits.py": "tests/service/test_child_limits.py",
    "zkctl/service/coordinator/published.py": "tests/service/test_upload_service.py",
    "zkctl/service/coordinator/queue.py": "tests/service/test_slots.py",
    "zkctl/service/coordinator/routes.py": "tests/service/test_http.py",
    "zkctl/service/coordinator/run.py": "tests/service/test_end_to_end.py",
    "zkctl/service/coordinator/schemas.py": "tests/service/test_api_reference.py",
    "zkctl/service/coordinator/settings.py": "tests/service/test_slots.py",
    "zkctl/service/coordinator/slots.py": "tests/service/test_slots.py",
    "zkctl/service/coordinator/status.py": "tests/service/test_http.py",
    "zkctl/service/coordinator/store.py": "tests/service/test_slots.py",
    "zkctl/service/coordinator/upload_files.py": "tests/service/test_upload_service.py",
    "zkctl/service/coordinator/upload_service.py": "tests/service/test_upload_service.py",
    "zkctl/service/coordinator/verification.py": "tests/service/test_upload_service.py",
    "zkctl/service/proving/api_process.py": "tests/service/proving/test_check_09_processes.py",
    "zkctl/service/proving/child.py": "tests/service/proving/test_start.py",
    "zkctl/service/proving/custody.py": "tests/service/proving/test_generate.py",
    "zkctl/service/proving/demo/holder.py": "tests/unit/service/proving/demo/test_folder.py",
    "zkctl/service/proving/first_key.py": "tests/service/proving/test_start.py",
    "zkctl/service/proving/lifecycle.py": "tests/service/proving/test_check_12_stop.py",
    "zkctl/service/proving/listeners.py": "tests/service/proving/test_connections.py",
    "zkctl/service/proving/parent_link.py": "tests/service/proving/test_check_15_metrics.py",
    "zkctl/service/proving/part_states.py": "tests/service/proving/test_check_02_health.py",
    "zkctl/service/proving/preparation.py": "tests/service/proving/test_start.py",
    "zkctl/service/proving/prover.py": "tests/unit/service/proving/test_worker.py",
    "zkctl/service/proving/run.py": "tests/service/proving/test_check_12_stop.py",
    "zkctl/service/proving/tls.py": "tests/service/proving/test_check_27_tls.py",
    "zkctl/service/proving/worker_process.py": "tests/service/proving/test_check_11_kills.py",
    "zkctl/service/http/errors.py": "tests/service/test_http.py",
    "zkctl/service/http/limits.py": "tests/service/test_http.py",
    "zkctl/srs/powers_of_tau.py": "tests/unit/formats/binary/ptau/test_file.py",
    "zkctl/storage/lock.py": "tests/unit/storage/test_private.py",
    "zkctl/storage/scratch.py": "tests/unit/toolchain/ptau/test_contribute_memory.py",
    "zkctl/service/http/connections.py": "tests/service/test_connections.py",
    "zkctl/service/http/protocol.py": "tests/service/test_framing.py",
    "zkctl/toolchain/bench/cases.py": "tests/unit/toolchain/bench/test_run.py",
    "zkctl/toolchain/bench/measurements.py": "tests/unit/toolchain/bench/test_run.py",
    "zkctl/service/proving/data/custodian.py": "tests/service/proving/test_registry_api.py",
    "zkctl/service/proving/data/tree_files.py": "tests/service/proving/test_registry_api.py",
    "zkctl/service/proving/routes/addresses.py": "tests/service/proving/test_registry_api.py",
    "zkctl/service/proving/routes/flags.py": "tests/service/proving/test_registry_api.py",
    "zkctl/service/proving/routes/registry.py": "tests/service/proving/test_registry_api.py",
    "zkctl/toolchain/bench/service/requests.py": "tests/unit/toolchain/bench/service/test_run.py",
    "zkctl/toolchain/bounded_http.py": "tests/service/test_hostile_coordinator.py",
    "zkctl/toolchain/ceremony/admission.py": "tests/service/test_admission.py",
    "zkctl/toolchain/ceremony/manifest.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ptau/powers_file.py": "tests/unit/toolchain/ptau/test_contribute.py",
    "zkctl/toolchain/ptau/prepare.py": "tests/unit/toolchain/ptau/test_contribute.py",
    "zkctl/toolchain/ptau/verify.py": "tests/unit/toolchain/ptau/test_contribute.py",
    "zkctl/toolchain/ceremony/accept.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ceremony/audit.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ceremony/coordinator_client.py": "tests/service/test_join.py",
    "zkctl/toolchain/ceremony/finalize.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ceremony/folder_steps.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ceremony/heartbeat.py": "tests/service/test_join.py",
    "zkctl/toolchain/ceremony/join.py": "tests/service/test_join.py",
    "zkctl/toolchain/ceremony/join_folder.py": "tests/service/test_join.py",
    "zkctl/toolchain/ceremony/key_transfer.py": "tests/service/test_transfer.py",
    "zkctl/toolchain/ceremony/offline.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ceremony/receipts.py": "tests/unit/toolchain/ceremony/test_folder.py",
    "zkctl/toolchain/ceremony/viewer.py": "tests/viewer/test_viewer.py",
    "zkctl/toolchain/circuit/requests.py": "tests/soundness/test_wasm_limits.py",
    "zkctl/toolchain/circuit/circom_witness.py": "tests/interop/test_circuits_snarkjs.py",
    "zkctl/toolchain/circuit/wasm_sandbox.py": "tests/soundness/test_wasm_limits.py",
    "zkctl/toolchain/http_source.py": "tests/unit/toolchain/ptau/test_download.py",
    "zkctl/toolchain/inspect/doctor.py": "tests/unit/toolchain/inspect/test_self_test.py",
    "zkctl/toolchain/inspect/second_opinion.py": "tests/unit/toolchain/inspect/test_self_test.py",
    "zkctl/toolchain/proof/circuit_check.py": "tests/unit/toolchain/proof/test_prove.py",
    "zkctl/toolchain/proof/groth16.py": "tests/unit/toolchain/proof/test_setup.py",
    "zkctl/toolchain/proof/keys.py": "tests/unit/toolchain/proof/test_prove.py",
    "zkctl/toolchain/ptau/cache.py": "tests/unit/toolchain/ptau/test_download.py",
    "zkctl/toolchain/project/results.py": "tests/unit/toolchain/project/test_cases.py",
    "zkctl/toolchain/ptau/fetch.py": "tests/unit/toolchain/ptau/test_download.py",
    "zkctl/toolchain/ptau/new.py": "tests/unit/toolchain/ptau/test_contribute.py",
}


def has_unit_test(module: Path) -> bool:
    """Whether tests/unit has test_<module>.py, or several test_<module>_<aspect>.py, in the module's folder."""
    folder = UNIT / module.relative_to(ROOT / "zkctl").parent
    return any(path.name in names_of_tests(module.stem, folder) for path in folder.glob("*.py"))


def names_of_tests(stem: str, folder: Path) -> set[str]:
    pattern = re.compile(rf"test_{re.escape(stem)}(_\w+)?\.py")
    return {path.name for path in folder.glob("test_*.py") if pattern.fullmatch(path.name)}


def mirrored() -> list[Path]:
    """The modules that have a test: all but the packages' own files."""
    return [module for module in MODULES if module.name not in ("__init__.py", "__main__.py")]


def test_every_module_has_a_unit_test_or_says_what_covers_it() -> None:
    without = {name_of(module) for module in mirrored() if not has_unit_test(module)}
    assert without == set(COVERED_BY)


def test_every_unit_test_belongs_to_a_module() -> None:
    found = {
        path
        for module in mirrored()
        for folder in [UNIT / module.relative_to(ROOT / "zkctl").parent]
        for path in (folder / name for name in names_of_tests(module.stem, folder))
    }
    strangers = [name_of(path) for path in UNIT.rglob("test_*.py") if path not in found]
    assert not strangers, "rename to test_<module>.py or test_<module>_<aspect>.py, or move"


def imports_of(test: Path) -> set[str]:
    """The names a test file imports, with those of its conftest.py and of the test modules it imports from."""
    found: set[str] = set()
    waiting = [test, test.parent / "conftest.py"]
    while waiting:
        path = waiting.pop()
        if path.is_file():
            names = {name for name, _ in imported(path)} - found
            found |= names
            waiting += [ROOT / f"{n.replace('.', '/')}.py" for n in names if n.startswith("tests.")]
    return found


def reached(test: str, edges: dict[str, set[str]]) -> set[str]:
    """The modules that a test imports and those a few imports away; commands are loaded by name."""
    found = imports_of(ROOT / test) & set(edges)
    for package, folder in RUN_BY_NAME.items():
        found |= {name for name in edges if name.startswith(package) and test.startswith(folder)}
    for _ in range(STEPS):
        found |= {other for name in found for other in edges[name]}
    return found


def test_what_covers_a_module_reaches_it() -> None:
    edges = import_edges()
    missing = [path for path in set(COVERED_BY.values()) if not (ROOT / path).is_file()]
    assert not missing
    reach = {path: reached(path, edges) for path in set(COVERED_BY.values())}
    unrelated = [
        f"{module} by {path}"
        for module, path in COVERED_BY.items()
        if module_name(ROOT / module) not in reach[path]
    ]
    assert not unrelated, "\n" + "\n".join(unrelated)
