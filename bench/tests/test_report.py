"""Checks the medians, and that no fault of SseFabric goes unnoticed."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from ssebench import page, tables
from ssebench.scenarios import SCENARIOS, faults


def run(peer="ssefabric", scenario="latency", **figures):
    return {"peer": peer, "scenario": scenario, "round": 0, **figures}


class ReportTests(unittest.TestCase):
    def test_every_scenario_has_a_table(self):
        self.assertEqual(set(SCENARIOS), set(tables.TABLES))

    def test_table_shows_medians_of_good_runs(self):
        text = tables.table([run(p50_ms=1), run(p50_ms=3), run(p50_ms=50), run(error="broken")], "latency")
        self.assertIn("| ssefabric | 3 | 3.00 |", text)

    def test_table_says_why_a_server_is_missing(self):
        text = tables.table([run("nchan-redis", skipped="skipped: nginx is missing")], "latency")
        self.assertIn("| nchan-redis | 0 | skipped: nginx is missing |", text)

    def test_faults_of_every_phase_count(self):
        self.assertEqual({"r20.lost": 1}, faults(run(scenario="fanout", **{"r10.lost": 0, "r20.lost": 1, "r20.deliveries": 5})))

    def test_faulty_names_only_ssefabric(self):
        records = [run(lost=0), run(dup=1), run(error="broken"), run("floor-send", lost=7), run(skipped="skipped: x")]
        self.assertEqual(["ssefabric, latency: {'dup': 1}", "ssefabric, latency: broken"], page.faulty(records))

    def test_what_comes_back_is_checked_too(self):
        self.assertEqual({"many.first.unstamped": 3, "one.dup": 1}, faults(run(scenario="recovery", **{"one.dup": 1, "many.first.unstamped": 3, "many.lost": 0})))

    def test_number_keeps_what_can_be_read(self):
        self.assertEqual(["-", "0", "0.25", "12.3", "101", "14,086"], [tables.number(v) for v in (None, 0, 0.251, 12.34, 101.4, 14086)])


if __name__ == "__main__":
    unittest.main()
