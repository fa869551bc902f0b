// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/new_experiment.h"
#include "core/study/derived_experiment.h"
#include "core/study/transfer_report.h"

#include "core/experiment/experiment_file.h"
#include "core/study/transfer_study.h"
#include "core/study/width_cost.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

namespace {

constexpr const char* searchText =
    "name: small\nobjective: {metric: val/loss}\n"
    "trial: {trainer: {model: mlp, width: 32, layers: 2}}\n"
    "space: {max_lr: {type: float, low: 0.001, high: 1}}\nbudget: {trials: 3}\n";

Trial ended(int number, double loss, double seconds, std::int64_t steps)
{
    Trial trial;
    trial.number = number;
    trial.configuration.set("max_lr", 0.1 * (number + 1));
    trial.state = TrialState::Completed;
    trial.objective = loss;
    trial.lastStep = steps;
    trial.started = at(0);
    trial.finished = at(std::llround(seconds * 1000));
    return trial;
}

/// Three trials of 10 s at width 32; trial 2 is the best.
struct Fixture {
    Fixture()
    {
        small.name = "small";
        small.yaml = searchText;
        small.id = Experiments(database).add(small);
        for (int number = 0; number < 3; ++number)
            Trials(database).save(small.id, ended(number, 1 - 0.1 * number, 10, 100));
    }

    ExperimentRecord transfer(std::size_t count = 1)
    {
        const Experiment base = parseExperiment(searchText);
        const auto best = bestTrials(base.objective, Trials(database).all(small.id), count);
        const Experiment wide = transferOf(base, best, {.width = 128});
        return widthwise::addExperiment(database, derivedRecord(small, wide), TextSource::Draft,
                                        transferTrials(wide, best, at(0)), at(0));
    }
    void finish(const ExperimentRecord& record, double loss, double seconds, std::int64_t steps)
    {
        Trial trial = ended(0, loss, seconds, steps);
        const Trial waiting = Trials(database).find(record.id, 0)->trial;
        trial.configuration = waiting.configuration;
        trial.parent = waiting.parent;
        Trials(database).save(record.id, trial);
    }
    std::string origin(const ExperimentRecord& record)
    {
        std::vector<Trial> trials;
        for (const TrialRecord& trial : Trials(database).all(record.id))
            trials.push_back(trial.trial);
        return originText(database, record, trials);
    }

    StoreFolder folder;
    Database database{folder.file()};
    ExperimentRecord small;
};

} // namespace

class TestTransferReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void smallAndLargeStandSideBySide()
    {
        Fixture f;
        const ExperimentRecord record = f.transfer();
        f.finish(record, 0.5, 60, 200);
        const TransferReport report = *transferReport(f.database, record, at(0));
        QCOMPARE(report.search, std::string("small"));
        QCOMPARE(report.pairs.size(), std::size_t(1));
        QCOMPARE(report.pairs[0].narrow->trial.number, 2);
        QCOMPARE(report.pairs[0].narrow->width, std::optional<std::int64_t>(32));
        QCOMPARE(report.pairs[0].wide.width, std::optional<std::int64_t>(128));
        QCOMPARE(report.pairs[0].wide.trial.objective, std::optional(0.5));
        QCOMPARE(report.searchTime.count(), 30.0);
        QCOMPARE(report.transferTime.count(), 60.0);
        QVERIFY(report.measured); // a step took 0.3 s and not 0.1 s: the three trials would have taken three
                                  // times 30 s
        QVERIFY2(std::abs(report.directTime->count() - 90) < 1e-9,
                 qPrintable(QString::number(report.directTime->count())));
    }

    void beforeTheEndTheOperationsTell()
    {
        Fixture f;
        const TransferReport report = *transferReport(f.database, f.transfer(), at(0));
        QVERIFY(!report.measured);
        const Experiment base = parseExperiment(searchText);
        Experiment wide = base;
        wide.trial.program = BundledTrainer{R"({"model": "mlp", "width": 128, "layers": 2})"};
        QCOMPARE(report.directTime->count(), 30 * *stepTimeRatio(base, {}, wide, {}));
    }

    void onlyTransfersAreReported()
    {
        Fixture f;
        ExperimentRecord check;
        check.name = "small-check";
        check.yaml = searchText;
        check.parent = f.small.id;
        check.id = Experiments(f.database).add(check);
        const ExperimentRecord first = f.transfer();
        const ExperimentRecord second = f.transfer(2);
        const auto reports = transferReports(f.database, f.small.id, at(0));
        QCOMPARE(reports.size(), std::size_t(2));
        QCOMPARE(reports[0].record.id, first.id);
        QCOMPARE(reports[1].pairs.size(), std::size_t(2));
        QVERIFY(!transferReport(f.database, f.small, at(0)));
        QCOMPARE(f.origin(check), std::string("made from small"));
        QCOMPARE(f.origin(first), std::string("transferred from small trial 2 (width 32)"));
        QCOMPARE(f.origin(second), std::string("transferred from small trials 2, 1 (width 32)"));
        QCOMPARE(f.origin(f.small), std::string());
    }

    void aTransferOutlivesItsSearch()
    {
        Fixture f;
        const ExperimentRecord record = f.transfer();
        f.finish(record, 0.5, 60, 200);
        Experiments(f.database).remove(f.small.id);
        const TransferReport report = *transferReport(f.database, record, at(0));
        QVERIFY(report.search.empty() && !report.directTime && !report.pairs[0].narrow);
        QCOMPARE(report.pairs[0].wide.trial.objective, std::optional(0.5));
        QCOMPARE(f.origin(record), std::string());
    }
};

QTEST_GUILESS_MAIN(TestTransferReport)
#include "tst_transfer_report.moc"
