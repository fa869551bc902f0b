// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/experiment/trial_settings.h"
#include "core/study/coordinate_check_study.h"
#include "core/study/derived_experiment.h"
#include "core/study/study_columns.h"

#include <QTest>

#include <set>

using namespace widthwise;

namespace {

constexpr const char* gn2 = R"(
name: gn2-lr
objective: {metric: val/loss, direction: minimize}
trial:
  trainer: {model: gn2, heads: 8, base_width: 64, batch_size: 200, epochs: 4, warmup_steps: 40, data: toy.h5,
            validation_data: other.h5, max_lr: 0.5}
  environment: {OMP_NUM_THREADS: 1}
space:
  max_lr: {type: float, low: 1e-4, high: 1e-2, scale: log}
  optimizer: {type: categorical, values: [adam, sgd]}
  momentum: {type: float, low: 0.0, high: 0.8, when: {optimizer: [sgd]}}
  width: 64
site: local
resources: {parallel: 2, cpus: 3, gpus: 1, time_limit: 1h}
budget: {trials: 24, wall_time: 2h}
)";

Experiment base(std::string text = gn2)
{
    return parseExperiment(text);
}

Experiment with(const char* settings)
{
    Experiment experiment = base();
    experiment.trial.program = BundledTrainer{settings};
    experiment.space = SearchSpace();
    return experiment;
}

Trial finished(int number, double objective, double rate)
{
    Trial trial;
    trial.number = number;
    trial.state = TrialState::Completed;
    trial.objective = objective;
    trial.configuration.set("max_lr", rate);
    return trial;
}

/// What the settings of every trial of a grid say.
std::vector<StudyColumns> columnsOf(const Experiment& experiment)
{
    const auto grid = makeSearchAlgorithm(experiment.search, experiment.space, Direction::Minimize, 1);
    std::vector<StudyColumns> all;
    for (History history; std::ssize(history) < *plannedTrials(experiment);) {
        history.push_back({.configuration = std::get<Configuration>(grid->propose(history))});
        all.push_back(studyColumns(experiment, history.back().configuration));
    }
    return all;
}

QString refusal(const Experiment& experiment, const CheckPlan& plan)
{
    try {
        coordinateCheckOf(experiment, {}, plan);
    } catch (const std::invalid_argument& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestCoordinateCheckStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBestConfigurationIsTheDefault();
    void theGridHasEveryWidthSeedAndParametrization();
    void everythingElseIsBasesOwn();
    void thePlanOverridesTheLearningRate();
    void theReadoutStartsAtZeroUnlessAskedOtherwise();
    void warmupIsCompressed();
    void aCheckIsKnownAgain();
    void itsRecordNamesTheBaseAsParent();
    void widthsAreThoseThatHeadsDivide();
    void whatCannotBeCheckedIsToldWithTheFix_data();
    void whatCannotBeCheckedIsToldWithTheFix();
};

void TestCoordinateCheckStudy::theBestConfigurationIsTheDefault()
{
    const std::vector<Trial> trials{finished(0, 0.5, 1e-4), finished(1, 0.3, 2e-3), finished(2, 0.4, 1e-2)};
    QVERIFY(defaultConfiguration(base(), trials) == trials[1].configuration);
    const Configuration middle = defaultConfiguration(base(), {});
    QCOMPARE(toNumber(*middle.find("max_lr")), 1e-3);
    QVERIFY(base().space.contains(middle));
}

void TestCoordinateCheckStudy::theGridHasEveryWidthSeedAndParametrization()
{
    CheckPlan plan;
    plan.widths = {32, 64, 128};
    plan.seeds = {1, 2};
    const Experiment check = coordinateCheckOf(base(), defaultConfiguration(base(), {}), plan);
    QCOMPARE(check.name, "gn2-lr-check");
    QCOMPARE(check.budget.trials, std::optional(12));
    std::set<std::tuple<std::int64_t, std::int64_t, std::string>> seen;
    for (const StudyColumns& columns : columnsOf(check)) {
        seen.insert({*columns.width, *columns.seed, columns.parametrization});
        QCOMPARE(columns.baseWidth, std::optional(64));
        QCOMPARE(columns.learningRate, std::optional(1e-3));
    }
    QCOMPARE(seen.size(), std::size_t(12));
    const std::vector<StudyColumns> order = columnsOf(check);
    QCOMPARE(order[5].seed, std::optional(1)); // all widths of one seed before the next
    QCOMPARE(order[6].seed, std::optional(2));
}

void TestCoordinateCheckStudy::everythingElseIsBasesOwn()
{
    const Experiment check = coordinateCheckOf(base(), defaultConfiguration(base(), {}), {});
    const std::string& settings = std::get<BundledTrainer>(check.trial.program).settings;
    for (const char* kept :
         {R"("data":"toy.h5")", R"("batch_size":200)", R"("optimizer":"sgd")", R"("momentum":0.4)",
          R"("fixed_batch":true)", R"("checkpoint_every":-1)", R"("statistics_every":1)", R"("steps":10)"})
        QVERIFY2(settings.find(kept) != std::string::npos, settings.c_str());
    for (const char* gone : {"epochs", "validation_data", "warmup_steps", "seed"})
        QVERIFY2(settings.find(gone) == std::string::npos, settings.c_str());
    QVERIFY(check.resources == base().resources);
    QVERIFY(check.trial.environment == base().trial.environment);
    QVERIFY(!check.budget.wallTime);
    QVERIFY(parseExperiment(toYaml(check)) == check);
}

void TestCoordinateCheckStudy::thePlanOverridesTheLearningRate()
{
    CheckPlan plan;
    plan.learningRate = 0.02;
    const Experiment check = coordinateCheckOf(base(), {}, plan);
    QCOMPARE(studyColumns(check, {}).learningRate, std::optional(0.02));
    QVERIFY(check.description.ends_with("max_lr 0.02"));
    plan.learningRate.reset();
    QCOMPARE(studyColumns(coordinateCheckOf(base(), {}, plan), {}).learningRate, std::optional(0.5));
}

void TestCoordinateCheckStudy::theReadoutStartsAtZeroUnlessAskedOtherwise()
{
    const auto isZero = [](const CheckPlan& plan) {
        const Experiment check = coordinateCheckOf(base(), {}, plan);
        return std::get<BundledTrainer>(check.trial.program).settings.find("\"zero_readout\":true") !=
               std::string::npos;
    };
    CheckPlan plan;
    QVERIFY(isZero(plan));
    plan.zeroReadout = false;
    QVERIFY(!isZero(plan));
}

void TestCoordinateCheckStudy::warmupIsCompressed()
{
    const Experiment known = with(R"({"steps": 100, "warmup_steps": 20})");
    const std::string settings =
        std::get<BundledTrainer>(coordinateCheckOf(known, {}, {}).trial.program).settings;
    QVERIFY2(settings.find(R"("warmup_fraction":0.2)") != std::string::npos, settings.c_str());
    QVERIFY(settings.find("warmup_steps") == std::string::npos);
}

void TestCoordinateCheckStudy::aCheckIsKnownAgain()
{
    QVERIFY(!isCoordinateCheck(base()));
    const Experiment check = coordinateCheckOf(base(), {}, {});
    QVERIFY(isCoordinateCheck(check));
    Experiment command = base();
    command.trial.program = CommandTemplate{"train"};
    QVERIFY(!isCoordinateCheck(command));
}

void TestCoordinateCheckStudy::itsRecordNamesTheBaseAsParent()
{
    ExperimentRecord parent;
    parent.id = 7;
    parent.baseDirectory = "/data";
    const Experiment check = coordinateCheckOf(base(), {}, {});
    const ExperimentRecord record = derivedRecord(parent, check);
    QCOMPARE(record.name, "gn2-lr-check");
    QCOMPARE(record.parent, std::optional<std::int64_t>(7));
    QCOMPARE(record.baseDirectory, "/data");
    QCOMPARE(record.state, ExperimentState::Draft);
    QVERIFY(parseExperiment(record.yaml) == check);
}

void TestCoordinateCheckStudy::widthsAreThoseThatHeadsDivide()
{
    using Widths = std::vector<std::int64_t>;
    QVERIFY(checkPlan(base(), {}).widths == (Widths{32, 64, 128, 256, 512}));
    QVERIFY(checkPlan(with(R"({"head_width": 64})"), {}).widths == (Widths{64, 128, 256, 512}));
    QVERIFY(checkPlan(with(R"({"heads": 6})"), {}).widths.empty());
    QVERIFY(checkPlan(with(R"({"model": "mlp", "heads": 6})"), {}).widths == CheckPlan().widths);
    QVERIFY(checkPlan(with(R"({"heads": 64})"), Configuration({{"heads", std::int64_t(8)}})).widths ==
            CheckPlan().widths);
    QCOMPARE(checkPlan(with(R"({"parametrization": "mup-table-3"})"), {}).parametrizations.back(),
             "mup-table-3");
    QVERIFY(checkPlan(with(R"({"heads": "many"})"), {}).widths ==
            CheckPlan().widths); // the trainer will tell
}

void TestCoordinateCheckStudy::whatCannotBeCheckedIsToldWithTheFix_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<CheckPlan>("plan");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* what, const char* said, const std::function<void(CheckPlan&)>& change) {
        CheckPlan plan;
        change(plan);
        QTest::newRow(what) << QString::fromLatin1(what) << plan << QString::fromLatin1(said);
    };
    row("heads", "width 36 is not a multiple of heads = 8", [](CheckPlan& p) { p.widths = {32, 36, 64}; });
    row("two widths", "widths: expected at least 3", [](CheckPlan& p) { p.widths = {32, 64}; });
    row("twice", "widths: the same", [](CheckPlan& p) { p.widths = {32, 64, 32}; });
    row("no width", "width 0", [](CheckPlan& p) { p.widths = {0, 64, 128}; });
    row("seeds", "seeds: expected at least 1", [](CheckPlan& p) { p.seeds = {}; });
    row("steps", "steps: expected at least 3", [](CheckPlan& p) { p.steps = 2; });
    row("rate", "learning rate: expected", [](CheckPlan& p) { p.learningRate = 0; });
    row("name", "got \"ntk\"", [](CheckPlan& p) { p.parametrizations = {"ntk"}; });
    row("command", "coordinate/<layer>/l1", [](CheckPlan&) {});
}

void TestCoordinateCheckStudy::whatCannotBeCheckedIsToldWithTheFix()
{
    QFETCH(QString, what);
    QFETCH(CheckPlan, plan);
    QFETCH(QString, said);
    Experiment experiment = base();
    if (what == QStringLiteral("command"))
        experiment.trial.program = CommandTemplate{"train {width}"};
    const QString message = refusal(experiment, plan);
    QVERIFY2(message.contains(said), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestCoordinateCheckStudy)
#include "tst_coordinate_check_study.moc"
