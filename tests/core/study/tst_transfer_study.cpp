// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/new_experiment.h"
#include "core/study/derived_experiment.h"
#include "core/study/transfer_study.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/trial_settings.h"
#include "core/study/plan_checks.h"
#include "core/study/study_columns.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

#include <functional>
#include <stdexcept>

using namespace widthwise;
using namespace widthwise::test;
using namespace std::chrono_literals;

namespace {

const std::string searchText = R"(name: gn2-lr
description: A search
objective: {metric: val/loss, goal: 0.1}
trial:
  trainer: {model: gn2, width: 64, parametrization: mup, epochs: 4, data: jets.h5}
space:
  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log, description: Highest rate}
  optimizer: [adam, sgd]
  momentum: {type: float, low: 0.5, high: 0.99, when: {optimizer: sgd}}
  heads: 8
schedule: {type: median}
resources: {parallel: 2, time_limit: 10min}
budget: {trials: 24, wall_time: 2h, device_hours: 3}
seed: 5
)";

TrialRecord winner(int number, double loss, const char* configuration)
{
    TrialRecord record;
    record.id = 100 + number;
    record.trial.number = number;
    record.trial.configuration = configurationFromJson(configuration);
    record.trial.state = TrialState::Completed;
    record.trial.objective = loss;
    record.trial.lastStep = 400;
    record.trial.started = at(0);
    record.trial.finished = at(20'000);
    return record;
}

const TrialRecord adam = winner(7, 0.4, R"({"max_lr":0.01,"optimizer":"adam","heads":8})");
const TrialRecord sgd = winner(3, 0.5, R"({"max_lr":0.05,"optimizer":"sgd","momentum":0.9,"heads":8})");

std::string refusal(const std::function<void()>& act)
{
    try {
        act();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

/// Whether one of the notes is a warning, or is none, with these words.
bool hasNote(const std::vector<TransferNote>& notes, bool warning, const char* words)
{
    return std::ranges::any_of(notes, [&](const TransferNote& note) {
        return note.warning == warning && note.text.find(words) != std::string::npos;
    });
}

} // namespace

class TestTransferStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyTheWidthChanges();
    void theBaseWidthIsKeptWhateverTheWidth();
    void winnersAreListedAsTheyWere();
    void theLengthOfTrainingIsChosen();
    void aSearchedWidthGivesWay();
    void aCommandHasItsWidthAsAParameter();
    void whatCannotBeTransferredIsRefused();
    void theBestAreTheWinners();
    void itIsStoredWithItsParents();
    void timeGrowsWithTheWork();
    void peopleAreWarned();
};

void TestTransferStudy::onlyTheWidthChanges()
{
    const Experiment base = parseExperiment(searchText);
    const Experiment transfer = transferOf(base, {&adam, 1}, {.width = 256});
    QCOMPARE(transfer.name, std::string("gn2-lr-transfer-256"));
    QCOMPARE(transfer.description, std::string("Trial 7 of gn2-lr (width 64) at width 256, base width 64"));
    const std::vector<Trial> trials = transferTrials(transfer, {&adam, 1}, at(5));
    QCOMPARE(trials.size(), std::size_t(1));
    QVERIFY(trials[0].configuration == adam.trial.configuration);
    QCOMPARE(trials[0].parent, std::optional(adam.id));
    QCOMPARE(trials[0].state, TrialState::Pending);
    QCOMPARE(trialSettings(transfer, trials[0].configuration),
             std::string(R"({"model":"gn2","width":256,"parametrization":"mup","epochs":4,"data":"jets.h5",)"
                         R"("base_width":64,"max_lr":0.01,"optimizer":"adam","heads":8})"));
    QVERIFY(transfer.space.varied().empty());
    QCOMPARE(transfer.budget.trials, std::optional(1));
    QVERIFY(!transfer.budget.wallTime && !transfer.budget.deviceHours && !transfer.objective.goal);
    QCOMPARE(transfer.schedule.type, std::string("none"));
    QCOMPARE(transfer.seed, base.seed);
    QVERIFY(*transfer.resources.timeLimit >= 90min); // ten times the work
    QVERIFY(parseExperiment(toYaml(transfer)) == transfer);
}

void TestTransferStudy::theBaseWidthIsKeptWhateverTheWidth()
{
    Experiment base = parseExperiment(searchText);
    base.trial.program = BundledTrainer{R"({"width": 128, "base_width": 32, "heads": 8})"};
    const Experiment transfer = transferOf(base, {&adam, 1}, {.width = 512});
    const StudyColumns columns = studyColumns(transfer, adam.trial.configuration);
    QCOMPARE(columns.width, std::optional<std::int64_t>(512));
    QCOMPARE(columns.baseWidth, std::optional<std::int64_t>(32));
}

void TestTransferStudy::winnersAreListedAsTheyWere()
{
    const Experiment base = parseExperiment(searchText);
    const std::vector both{adam, sgd};
    const Experiment transfer = transferOf(base, both, {.width = 128});
    QCOMPARE(transfer.description,
             std::string("Trials 7, 3 of gn2-lr (width 64) at width 128, base width 64"));
    const Experiment read = parseExperiment(toYaml(transfer));
    QVERIFY(read == transfer);
    const std::vector<Trial> trials = transferTrials(read, both, at(5));
    QCOMPARE(trials.size(), std::size_t(2));
    QVERIFY(trials[0].configuration == adam.trial.configuration);
    QVERIFY(trials[1].configuration == sgd.trial.configuration);
    QCOMPARE(trials[1].parent, std::optional(sgd.id));
    QVERIFY(std::holds_alternative<FixedValue>(read.space.find("heads")->domain));
}

void TestTransferStudy::theLengthOfTrainingIsChosen()
{
    const Experiment base = parseExperiment(searchText);
    const auto settings = [&](const Experiment& from, const TransferPlan& plan) {
        return QByteArray::fromStdString(trialSettings(transferOf(from, {&adam, 1}, plan), {}));
    };
    const QByteArray longer = settings(base, {.width = 256, .epochs = 8, .jets = 5000});
    QVERIFY2(longer.contains(R"("epochs":8.0)") && longer.contains(R"("jets":5000)"), longer.constData());
    const QByteArray inSteps = settings(base, {.width = 256, .steps = 400});
    QVERIFY2(inSteps.contains(R"("steps":400)") && !inSteps.contains("epochs"), inSteps.constData());
    Experiment searched = base;
    searched.space = SearchSpace({{"steps", Choices{{std::int64_t(100), std::int64_t(200)}}, {}, {}}});
    const TrialRecord hundred = winner(0, 1, R"({"steps":100})");
    const Experiment transfer = transferOf(searched, {&hundred, 1}, {.width = 256, .epochs = 2});
    QVERIFY(transfer.space.find("steps") == nullptr);
    QVERIFY(transferTrials(transfer, {&hundred, 1}, at(0))[0].configuration.empty());
}

void TestTransferStudy::aSearchedWidthGivesWay()
{
    Experiment base = parseExperiment(searchText);
    base.space = SearchSpace({{"width", Choices{{std::int64_t(32), std::int64_t(64)}}, {}, {}},
                              {"max_lr", FloatRange{1e-4, 1e-1, Scale::Log, {}}, {}, {}}});
    const TrialRecord narrow = winner(0, 1, R"({"width":32,"max_lr":0.01})");
    const Experiment transfer = transferOf(base, {&narrow, 1}, {.width = 256});
    const Trial trial = transferTrials(transfer, {&narrow, 1}, at(0)).front();
    QCOMPARE(studyColumns(transfer, trial.configuration).width, std::optional<std::int64_t>(256));
    QCOMPARE(toJson(trial.configuration), std::string(R"({"max_lr":0.01})"));
}

void TestTransferStudy::aCommandHasItsWidthAsAParameter()
{
    Experiment base =
        parseExperiment("name: own\nobjective: {metric: loss}\ntrial: {command: 'train {width} {lr}'}\n"
                        "space: {width: 64, lr: {type: float, low: 0, high: 1}}\nbudget: {trials: 2}\n");
    const TrialRecord best = winner(1, 1, R"({"width":64,"lr":0.5})");
    const Experiment transfer = transferOf(base, {&best, 1}, {.width = 100});
    QCOMPARE(toJson(transferTrials(transfer, {&best, 1}, at(0)).front().configuration),
             std::string(R"({"width":100,"lr":0.5})"));
    QVERIFY(hasNote(transferNotes(base, ExperimentState::Completed, {&best, 1}, {}), true, "cannot see"));
    const TrialRecord blind = winner(1, 1, R"({"lr":0.5})");
    QVERIFY(refusal([&] {
                transferOf(base, {&blind, 1}, {});
            }).find("no parameter named width") != std::string::npos);
}

void TestTransferStudy::whatCannotBeTransferredIsRefused()
{
    const Experiment base = parseExperiment(searchText);
    const auto refused = [&](const TransferPlan& plan, const char* words) {
        const std::string said = refusal([&] { transferOf(base, {&adam, 1}, plan); });
        QVERIFY2(said.find(words) != std::string::npos, said.c_str());
    };
    refused({.width = 64}, "width 64: expected more than 64, the width of trial 7");
    refused({.width = 100}, "width 100 is not a multiple of 8");
    refused({.width = 100}, "choose 96 or 104");
    refused({.width = 256, .epochs = -1}, "above 0");
    refused({.width = 256, .epochs = 1, .steps = 10}, "not both");
    QVERIFY(refusal([&] { transferOf(base, {}, {}); }).find("has a value yet") != std::string::npos);
    Experiment headWidth = base;
    headWidth.trial.program = BundledTrainer{R"({"head_width": 16})"};
    QCOMPARE(widthUnit(headWidth, {}).first, std::int64_t(16));
    headWidth.trial.program = BundledTrainer{R"({"model": "mlp"})"};
    QCOMPARE(widthUnit(headWidth, {}).first, std::int64_t(1));
}

void TestTransferStudy::theBestAreTheWinners()
{
    TrialRecord failed = winner(0, 0.1, "{}");
    failed.trial.state = TrialState::Failed;
    TrialRecord empty = winner(1, 0, "{}");
    empty.trial.objective.reset();
    const auto numbers = [](const std::vector<TrialRecord>& records) {
        QList<int> all;
        for (const TrialRecord& record : records)
            all.append(record.trial.number);
        return all;
    };
    Objective objective;
    QCOMPARE(numbers(bestTrials(objective, {failed, empty, sgd, adam}, 5)), (QList<int>{7, 3}));
    objective.direction = Direction::Maximize;
    QCOMPARE(numbers(bestTrials(objective, {failed, empty, sgd, adam}, 1)), QList<int>{3});
}

void TestTransferStudy::itIsStoredWithItsParents()
{
    const StoreFolder folder;
    Database database(folder.file());
    ExperimentRecord small;
    small.name = "gn2-lr";
    small.yaml = searchText;
    small.baseDirectory = "/somewhere";
    small.id = Experiments(database).add(small);
    TrialRecord best = adam;
    best.trial.number = 0;
    best.id = Trials(database).save(small.id, best.trial);
    const Experiment transfer = transferOf(parseExperiment(searchText), {&best, 1}, {.width = 256});
    const auto add = [&] {
        return widthwise::addExperiment(database, derivedRecord(small, transfer), TextSource::Draft,
                                        transferTrials(transfer, {&best, 1}, at(9)), at(9));
    };
    const ExperimentRecord record = add();
    QCOMPARE(record.name, std::string("gn2-lr-transfer-256"));
    QCOMPARE(add().name, std::string("gn2-lr-transfer-256-2"));
    const ExperimentRecord stored = *Experiments(database).find(record.id);
    QVERIFY(stored == record);
    QCOMPARE(stored.parent, std::optional(small.id));
    QCOMPARE(stored.baseDirectory, small.baseDirectory);
    const std::vector<TrialRecord> trials = Trials(database).all(record.id);
    QCOMPARE(trials.size(), std::size_t(1));
    QCOMPARE(trials[0].trial.parent, std::optional(best.id));
    QCOMPARE(trials[0].trial.state, TrialState::Pending);
}

void TestTransferStudy::timeGrowsWithTheWork()
{
    const Experiment base = parseExperiment(searchText);
    const auto estimate = [&](const TransferPlan& plan) {
        return estimateTransfer(base, {&adam, 1}, plan, transferOf(base, {&adam, 1}, plan));
    };
    const TransferEstimate same = *estimate({.width = 256});
    QVERIFY(same.workRatio > 9 && same.workRatio < 16);
    QCOMPARE(same.time.count(), 20 * same.workRatio);
    QCOMPARE(estimate({.width = 256, .epochs = 8})->time.count(), 2 * same.time.count());
    QCOMPARE(estimate({.width = 256, .steps = 100})->lengthRatio, 0.25);
    QVERIFY(!estimate({.width = 256, .jets = 5000})); // more than an unknown number
}

void TestTransferStudy::peopleAreWarned()
{
    Experiment base = parseExperiment(searchText);
    const auto notes = [&](const TrialRecord& record, ExperimentState state = ExperimentState::Completed,
                           const TransferPlan& plan = {}) {
        return transferNotes(base, state, {&record, 1}, plan);
    };
    QVERIFY(notes(adam).empty());
    QVERIFY(hasNote(notes(adam, ExperimentState::Running), true, "has not ended"));
    QVERIFY(hasNote(notes(winner(2, 0.3, R"({"max_lr":0.0999,"optimizer":"adam"})")), true,
                    "max_lr 0.0999 of trial 2 lies at the upper edge"));
    QVERIFY(hasNote(notes(winner(2, 0.3, R"({"max_lr":0.00011,"optimizer":"adam"})")), true, "lower edge"));
    TrialRecord stopped = adam;
    stopped.trial.state = TrialState::Stopped;
    QVERIFY(hasNote(notes(stopped), true, "stopped before its end"));
    QVERIFY(hasNote(notes(adam, ExperimentState::Completed, {.width = 256, .epochs = 9}), true,
                    "over the width alone"));
    base.trial.program = BundledTrainer{R"({"width": 128, "base_width": 64})"};
    QVERIFY(hasNote(notes(adam), false, "its base width is 64"));
    base.trial.program = BundledTrainer{R"({"parametrization": "sp"})"};
    QVERIFY(hasNote(notes(adam), true, "nothing promises"));
    base.space = SearchSpace({{"max_lr", Choices{{0.01, 0.02, 0.04}}, {}, {}}});
    QVERIFY(hasNote(notes(adam), true, "max_lr 0.01 of trial 7 lies at the lower edge"));
}

QTEST_GUILESS_MAIN(TestTransferStudy)
#include "tst_transfer_study.moc"
