// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/sweep_study.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/trial_settings.h"
#include "core/study/study_columns.h"

#include <QTest>

#include <functional>

Q_DECLARE_METATYPE(widthwise::SweepPlan)

using namespace widthwise;

namespace {

Experiment bundled()
{
    return parseExperiment(R"(
name: gn2-lr
objective: {metric: val/loss, goal: 0.1}
trial: {trainer: {model: gn2, width: 64, base_width: 64, max_lr: 0.001, data: jets.h5, batch_size: 50}}
space:
  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}
  layers: {type: integer, low: 2, high: 4}
schedule: {type: median}
budget: {trials: 24, wall_time: 2h}
)");
}

Experiment command()
{
    return parseExperiment(R"(
name: own
objective: {metric: loss}
trial: {command: "train --lr={lr} --width={width} --par={parametrization}"}
space:
  lr: {type: float, low: 1e-4, high: 1e-1, scale: log}
  width: {type: integer, low: 32, high: 256}
  parametrization: {type: categorical, values: [ours, mup]}
  optimizer: {type: categorical, values: [adam, sgd]}
  momentum: {type: float, low: 0.5, high: 0.9, when: {optimizer: [sgd]}}
budget: {trials: 10}
)");
}

Configuration ofTrainer()
{
    return Configuration({{"max_lr", 0.003}, {"layers", std::int64_t(3)}});
}

Configuration ofCommand()
{
    return Configuration({{"lr", 0.01},
                          {"width", std::int64_t(64)},
                          {"parametrization", std::string("ours")},
                          {"optimizer", std::string("adam")}});
}

std::vector<Configuration> trialsOf(const Experiment& experiment)
{
    const auto search =
        makeSearchAlgorithm(experiment.search, experiment.space, experiment.objective.direction, 1);
    std::vector<Configuration> trials;
    History history;
    for (Proposal next = search->propose(history); std::holds_alternative<Configuration>(next);
         next = search->propose(history)) {
        trials.push_back(std::get<Configuration>(next));
        history.push_back({.configuration = trials.back()});
    }
    return trials;
}

QString refusal(const Experiment& base, const Configuration& configuration, const SweepPlan& plan)
{
    try {
        learningRateSweepOf(base, configuration, plan);
    } catch (const std::invalid_argument& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestSweepStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ratesLieRoundThePowerOfTwo();
    void theDefaultPlanFitsTheModel();
    void aSweepOfTheTrainerIsAGrid();
    void aSweepOfACommandHasItsParameters();
    void aCommandMayHaveNoParametrization();
    void whatCannotBeSweptIsToldWithTheFix_data();
    void whatCannotBeSweptIsToldWithTheFix();
    void whatElseIsVariedIsNamed();
};

void TestSweepStudy::ratesLieRoundThePowerOfTwo()
{
    QVERIFY(ratesRound(0.001, 3) == (std::vector<double>{0.000488, 0.000977, 0.00195}));
    QVERIFY(ratesRound(1, 5, 2) == (std::vector<double>{0.5, 0.707, 1, 1.41, 2}));
    QVERIFY(ratesBetween(0.125, 1) == (std::vector<double>{0.125, 0.25, 0.5, 1}));
    QCOMPARE(ratesBetween(0.0001221, 0.0004883, 2).size(), std::size_t(5));
    QVERIFY(ratesBetween(0.00012207, 0.00048828) == (std::vector<double>{0.00012207, 0.000244, 0.000488}));
    QVERIFY(ratesBetween(1e-3, 4e-3, 2) ==
            (std::vector<double>{0.001, 0.00141, 0.002, 0.00283, 0.004})); // not 0.0014142135623730950
    QCOMPARE(ratesBetween(1, 1e99).size(), std::size_t(100));
    QVERIFY(ratesBetween(0, 1).empty() && ratesBetween(2, 1).empty());
}

void TestSweepStudy::theDefaultPlanFitsTheModel()
{
    const SweepPlan plan = sweepPlan(bundled(), ofTrainer());
    QVERIFY(plan.widths == (std::vector<std::int64_t>{32, 64, 128, 256}));
    QCOMPARE(plan.learningRates.size(), std::size_t(9));
    QCOMPARE(plan.learningRates[4], 0.00391); // the power of two next to 0.003
    QCOMPARE(plan.trials(), std::int64_t(4 * 2 * 9));

    Experiment wide = bundled();
    wide.trial.program = BundledTrainer{R"({"head_width": 64, "parametrization": "mup-table-3"})"};
    QVERIFY(sweepPlan(wide, {}).widths == (std::vector<std::int64_t>{64, 128, 256}));
    QCOMPARE(sweepPlan(wide, {}).parametrizations.back(), "mup-table-3");

    const SweepPlan own = sweepPlan(command(), ofCommand());
    QVERIFY(own.parametrizations == (std::vector<std::string>{"ours", "mup"}));
    QCOMPARE(own.learningRates[4], 0.00781);
    QVERIFY(sweepPlan(command(), {}).learningRates.empty());
}

void TestSweepStudy::aSweepOfTheTrainerIsAGrid()
{
    SweepPlan plan = sweepPlan(bundled(), ofTrainer());
    plan.seeds = {1, 2};
    const Experiment sweep = learningRateSweepOf(bundled(), ofTrainer(), plan);
    QCOMPARE(sweep.name, "gn2-lr-sweep");
    QVERIFY(sweep.space.problems().empty());
    QVERIFY(parseExperiment(toYaml(sweep)) == sweep);
    QVERIFY(!sweep.objective.goal && !sweep.budget.wallTime); // either would end it before it is complete
    QCOMPARE(sweep.schedule.type, "none");
    QCOMPARE(sweep.budget.trials, std::optional(144));
    QVERIFY(variedBesides(sweep).empty());

    const std::vector<Configuration> trials = trialsOf(sweep);
    QCOMPARE(trials.size(), std::size_t(144));
    // Both parametrizations of a point follow each other; a seed is complete before the next begins.
    const StudyColumns first = studyColumns(sweep, trials[0]);
    QVERIFY(first == (StudyColumns{32, 64, "sp", 0.000244, 1}));
    QVERIFY(studyColumns(sweep, trials[1]) == (StudyColumns{32, 64, "mup", 0.000244, 1}));
    QVERIFY(studyColumns(sweep, trials[143]) == (StudyColumns{256, 64, "mup", 0.0625, 2}));
    QCOMPARE(studyColumns(sweep, trials[71]).seed, std::optional<std::int64_t>(1));
    const std::string settings = trialSettings(sweep, trials[0]);
    QVERIFY(settings.find(R"("layers":3)") != std::string::npos);
    QVERIFY(settings.find(R"("batch_size":50)") != std::string::npos);
}

void TestSweepStudy::aSweepOfACommandHasItsParameters()
{
    SweepPlan plan = sweepPlan(command(), ofCommand());
    plan.widths = {32, 48};
    const Experiment sweep = learningRateSweepOf(command(), ofCommand(), plan);
    QVERIFY(sweep.space.problems().empty());
    QVERIFY(parseExperiment(toYaml(sweep)) == sweep);
    QVERIFY(variedBesides(sweep).empty());
    const std::vector<Configuration> trials = trialsOf(sweep);
    QCOMPARE(trials.size(), std::size_t(2 * 2 * 9));
    QVERIFY(studyColumns(sweep, trials.back()) == (StudyColumns{48, {}, "mup", 0.125, {}}));
    QVERIFY(trials.back().find("momentum") == nullptr); // adam has none

    Experiment withMomentum = command();
    withMomentum.trial.program = CommandTemplate{"train {lr} {width} {momentum}"};
    const QString message = refusal(withMomentum, ofCommand(), plan);
    QVERIFY2(message.contains(QStringLiteral("names momentum")), qPrintable(message));
}

void TestSweepStudy::aCommandMayHaveNoParametrization()
{
    const Experiment base = parseExperiment(R"(
name: plain
objective: {metric: loss}
trial: {command: "train {learning_rate} {width}"}
space:
  learning_rate: {type: float, low: 1e-4, high: 1e-1, scale: log}
  width: 64
budget: {trials: 10}
)");
    const Configuration configuration({{"learning_rate", 0.01}, {"width", std::int64_t(64)}});
    const SweepPlan plan = sweepPlan(base, configuration);
    QVERIFY(plan.parametrizations.empty());
    QCOMPARE(plan.trials(), std::int64_t(4 * 9));
    QCOMPARE(trialsOf(learningRateSweepOf(base, configuration, plan)).size(), std::size_t(4 * 9));
}

void TestSweepStudy::whatCannotBeSweptIsToldWithTheFix_data()
{
    QTest::addColumn<bool>("ofCommand");
    QTest::addColumn<SweepPlan>("plan");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* what, const char* said, const std::function<void(SweepPlan&)>& change,
                        bool own = false) {
        SweepPlan plan = own ? sweepPlan(command(), ofCommand()) : sweepPlan(bundled(), ofTrainer());
        change(plan);
        QTest::newRow(what) << own << plan << QString::fromLatin1(said);
    };
    row("heads", "width 36 is not a multiple of heads = 8", [](SweepPlan& p) { p.widths = {32, 36}; });
    row("no width", "widths: expected at least 1", [](SweepPlan& p) { p.widths = {}; });
    row("two rates", "learning rates: expected at least 3", [](SweepPlan& p) { p.learningRates = {1, 2}; });
    row("twice", "learning rates: the same", [](SweepPlan& p) { p.learningRates = {1, 2, 1}; });
    row("zero", "numbers above 0, got 0", [](SweepPlan& p) { p.learningRates = {0, 1, 2}; });
    row("seeds", "seeds: expected at least 1", [](SweepPlan& p) { p.seeds = {}; });
    row("none", "parametrizations: expected at least 1", [](SweepPlan& p) { p.parametrizations = {}; });
    row("name", "got \"ntk\"", [](SweepPlan& p) { p.parametrizations = {"ntk"}; });
    row(
        "seed of a command", "no parameter seed: add it",
        [](SweepPlan& p) {
            p.seeds = {1, 2};
        },
        true);
}

void TestSweepStudy::whatCannotBeSweptIsToldWithTheFix()
{
    QFETCH(bool, ofCommand);
    QFETCH(SweepPlan, plan);
    QFETCH(QString, said);
    const QString message =
        ofCommand ? refusal(command(), ::ofCommand(), plan) : refusal(bundled(), ofTrainer(), plan);
    QVERIFY2(message.contains(said), qPrintable(message));
}

void TestSweepStudy::whatElseIsVariedIsNamed()
{
    QVERIFY(variedBesides(bundled()) == std::vector<std::string>{"layers"});
    QVERIFY(variedBesides(command()) == (std::vector<std::string>{"optimizer", "momentum"}));
    QCOMPARE(learningRateParameter(command()), "lr");
    QCOMPARE(learningRateParameter(Experiment()), "");
}

QTEST_GUILESS_MAIN(TestSweepStudy)
#include "tst_sweep_study.moc"
