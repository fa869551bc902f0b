// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/sweep_report.h"

#include "core/store/series.h"
#include "core/store/trials.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

#include <cmath>

using namespace widthwise;

namespace {

constexpr const char* sweepText = R"(
name: s
objective: {metric: val/loss}
trial: {trainer: {base_width: 32}}
space:
  width: {type: categorical, values: [32, 64, 128]}
  max_lr: {type: categorical, values: [0.125, 0.25, 0.5, 1.0, 2.0]}
  parametrization: {type: categorical, values: [mup, sp]}
search: {algorithm: grid}
budget: {trials: 30}
)";

/// A store with one experiment.
struct Store {
    explicit Store(const std::string& text, ExperimentState state = ExperimentState::Running)
    {
        QFile::remove(QString::fromStdString(folder.file()));
        database = std::make_unique<Database>(folder.file());
        record.name = "s";
        record.yaml = text;
        record.state = state;
        record.id = Experiments(*database).add(record);
    }
    void add(const Configuration& configuration, TrialState state, std::optional<double> objective,
             const std::vector<Point>& trainLoss = {})
    {
        Trial trial;
        trial.number = trials++;
        trial.configuration = configuration;
        trial.state = state;
        trial.objective = objective;
        Transaction transaction(*database);
        const std::int64_t id = Trials(*database).save(record.id, trial);
        SeriesTable(*database).append(id, {{"train/loss", trainLoss}, {"val/accuracy", {{1, 0.5}}}});
        transaction.commit();
    }
    SweepReport report(const std::string& metric = {}) const
    {
        return sweepReport(*database, record, metric);
    }

    static inline test::StoreFolder folder;
    std::unique_ptr<Database> database;
    ExperimentRecord record;
    int trials = 0;
};

Configuration at(std::int64_t width, double rate, const char* parametrization)
{
    return Configuration(
        {{"width", width}, {"max_lr", rate}, {"parametrization", std::string(parametrization)}});
}

/// Loss with its optimum at 0.5 under μP, and at 0.5 · 64 / width under SP; wider is better under μP only.
void addSweep(Store& store, double sign = 1)
{
    for (const std::int64_t width : {32, 64, 128})
        for (const double rate : {0.125, 0.25, 0.5, 1.0, 2.0})
            for (const char* name : {"mup", "sp"}) {
                const bool sp = std::string(name) == "sp";
                const double doublings = std::log2(double(width) / 64);
                const double away = std::log2(rate) + 1 + (sp ? doublings : 0);
                const double floor = sp ? 1 + std::abs(doublings) : 1 - 0.1 * doublings;
                store.add(at(width, rate, name), TrialState::Completed, sign * (floor + 0.1 * away * away));
            }
}

} // namespace

class TestSweepReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsWhatWasPlanted();
    void aGainWithinTheErrorsIsNone();
    void aMaximizedObjectiveIsReadAsSuch();
    void aMetricIsSmoothedAtTheEnd();
    void divergedTrialsAreKept();
    void trialsWithoutAValueAreCounted();
    void nothingIsSaidOfWidthsThatWait();
    void aSearchThatChoosesWidthsIsWaitedFor();
    void trialsThatWereNeverRunAreCounted();
    void saysWhatKeepsAnExperimentFromBeingASweep_data();
    void saysWhatKeepsAnExperimentFromBeingASweep();
    void lossesAreOffered();
};

void TestSweepReport::findsWhatWasPlanted()
{
    Store store(sweepText, ExperimentState::Completed);
    addSweep(store);
    const SweepReport report = store.report();
    QCOMPARE(report.lack, "");
    QCOMPARE(report.points.size(), std::size_t(30));
    QVERIFY(report.parametrizations() == (std::vector<std::string>{"sp", "mup"}));
    QVERIFY(report.widths() == (std::vector<std::int64_t>{32, 64, 128}));
    QVERIFY(report.baseWidths == std::vector<std::int64_t>{32});
    QCOMPARE(report.open, std::int64_t(0));
    QCOMPARE(report.curves.size(), std::size_t(6));
    const SweepCurve& widest = report.curves[2];
    QCOMPARE(widest.parametrization, "sp");
    QCOMPARE(widest.width, std::int64_t(128));
    QVERIFY(std::abs(widest.optimum->learningRate.value - 0.25) < 1e-9);
    QVERIFY(std::abs(widest.optimum->loss - 2) < 1e-9);
    QVERIFY(std::abs(report.drifts[0].octavesPerDoubling.value + 1) < 1e-6);
    QVERIFY(std::abs(report.drifts[1].octavesPerDoubling.value) < 1e-6);
    const QString drift = QString::fromStdString(report.drift());
    QVERIFY2(drift.contains(QStringLiteral("Under SP the best learning rate falls")), qPrintable(drift));
    QVERIFY2(drift.contains(QStringLiteral("Under μP the best learning rate stays")), qPrintable(drift));
    const QString gain = QString::fromStdString(report.gain());
    QVERIFY2(gain.contains(QStringLiteral("Under μP wider is better: val/loss at the best learning rate "
                                          "tried goes from 1.1 at width 32 to 0.9 at width 128.")),
             qPrintable(gain));
    QVERIFY2(gain.contains(QStringLiteral("Under SP wider is not always better")) &&
                 gain.contains(QStringLiteral("width 128 is worse than 64")),
             qPrintable(gain));
}

void TestSweepReport::aGainWithinTheErrorsIsNone()
{
    SweepReport report;
    report.metric.name = "loss";
    report.curves = {{"mup", 32, {{1, 0.50, 0.02, 3, 0}}, {}}, {"mup", 64, {{1, 0.48, 0.02, 3, 0}}, {}}};
    QVERIFY(QString::fromStdString(report.gain()).contains(QStringLiteral("makes no difference beyond")));
    report.curves[1].points[0].loss = 0.4;
    QVERIFY(QString::fromStdString(report.gain()).contains(QStringLiteral("wider is better")));
    report.curves[1].points[0].loss = 0.6;
    QVERIFY(QString::fromStdString(report.gain()).contains(QStringLiteral("width 64 is worse than 32")));
    report.curves[1].points[0] = {1, 0.49, NAN, 1, 0};
    QVERIFY(QString::fromStdString(report.gain()).contains(QStringLiteral("wider is better")));
}

void TestSweepReport::aMaximizedObjectiveIsReadAsSuch()
{
    std::string text = sweepText;
    text.replace(text.find("val/loss}"), 9, "accuracy, direction: maximize}");
    Store store(text);
    addSweep(store, -1);
    const SweepReport report = store.report();
    QVERIFY(report.maximized);
    QVERIFY(std::abs(report.curves[2].optimum->learningRate.value - 0.25) < 1e-9);
    QVERIFY(std::abs(report.curves[2].optimum->loss + 2) < 1e-9);
    QVERIFY(report.curves[2].points[0].loss < -2);
    QVERIFY(QString::fromStdString(report.gain()).contains(QStringLiteral("Under μP wider is better")));
}

void TestSweepReport::aMetricIsSmoothedAtTheEnd()
{
    Store store(sweepText);
    std::vector<Point> falling;
    for (std::int64_t step = 1; step <= 20; ++step)
        falling.push_back({step, 20.0 - step});
    store.add(at(32, 0.5, "mup"), TrialState::Completed, 7, falling);
    store.add(at(64, 0.5, "mup"), TrialState::Completed, 7, {{1, 5}, {2, 3}});
    store.add(at(128, 0.5, "mup"), TrialState::Completed, 7, {{1, 5}, {2, NAN}});
    const SweepReport report = store.report("train/loss");
    QCOMPARE(report.metric.title(), "train/loss at the end");
    QCOMPARE(report.points.size(), std::size_t(3));
    QCOMPARE(report.points[0].loss, std::optional(0.5)); // of the last two
    QCOMPARE(report.points[1].loss, std::optional(3.0));
    QVERIFY(!report.points[2].loss);
    QCOMPARE(store.report().points[0].loss, std::optional(7.0));
}

void TestSweepReport::divergedTrialsAreKept()
{
    Store store(sweepText);
    store.add(at(32, 0.5, "sp"), TrialState::Completed, 1.0);
    store.add(at(32, 1.0, "sp"), TrialState::Diverged, 0.9, {{1, 5}});
    for (const char* metric : {"", "train/loss"}) {
        const SweepReport report = store.report(metric);
        QVERIFY(!report.points.empty() && !report.points.back().loss);
        QCOMPARE(report.curves[0].points.back().diverged, 1);
    }
}

void TestSweepReport::trialsWithoutAValueAreCounted()
{
    Store store(sweepText);
    store.add(at(32, 0.5, "sp"), TrialState::Completed, 1.0);
    store.add(at(32, 1.0, "sp"), TrialState::Completed, {});
    store.add(at(32, 2.0, "sp"), TrialState::Stopped, 0.5); // it did not run as long as the others
    store.add(at(64, 2.0, "sp"), TrialState::Failed, {});
    store.add(at(64, 1.0, "sp"), TrialState::Running, 0.5);
    const SweepReport report = store.report();
    QCOMPARE(report.points.size(), std::size_t(1));
    QCOMPARE(report.unusable, 3);
    QCOMPARE(report.open, std::int64_t(26));
    QVERIFY(store.report("absent").isEmpty());
}

/// 17 of 24 trials have ended, and width 64 looks worse than 32 since its good rates are missing.
void TestSweepReport::nothingIsSaidOfWidthsThatWait()
{
    Store store(R"(
name: s
objective: {metric: val/loss}
trial: {trainer: {base_width: 32}}
space:
  max_lr: {type: categorical, values: [0.125, 0.25, 0.5, 1.0]}
  width: {type: categorical, values: [16, 32, 64]}
  parametrization: {type: categorical, values: [mup, sp]}
search: {algorithm: grid}
)");
    const auto add = [&store](std::int64_t width, double rate, const char* name) {
        const double away = std::log2(rate) + 1;
        store.add(at(width, rate, name), TrialState::Completed, 1 - 0.001 * double(width) + away * away);
    };
    for (const double rate : {0.125, 0.25, 0.5}) // in the order of the grid
        for (const std::int64_t width : {16, 32, 64})
            for (const char* name : {"mup", "sp"})
                if (store.trials < 17)
                    add(width, rate, name);
    SweepReport report = store.report();
    QCOMPARE(report.open, std::int64_t(7));
    QCOMPARE(report.gain(), "");
    QCOMPARE(report.drift(),
             "Under SP 4 trials are still to come, 1 at width 16, 1 at width 32 and 2 at width 64: "
             "these widths are judged when they have ended.\n"
             "Under μP 3 trials are still to come, 1 at width 16, 1 at width 32 and 1 at width 64: "
             "these widths are judged when they have ended.");
    for (const SweepCurve& curve : report.curves)
        QVERIFY(!curve.optimum);
    QCOMPARE(report.remarkOn(report.curves[2]), "2 trials still to come");

    add(64, 0.5, "sp");
    store.add(at(16, 1, "mup"), TrialState::Running, 0.1); // what it has so far counts for nothing
    report = store.report();
    QCOMPARE(report.open, std::int64_t(6));
    QCOMPARE(report.gain(), "");

    store.trials = 18; // it ends
    for (const std::int64_t width : {16, 32})
        for (const char* name : {"mup", "sp"})
            add(width, 1, name);
    report = store.report(); // 16 and 32 are complete
    QVERIFY2(QString::fromStdString(report.gain())
                 .contains(QStringLiteral(
                     "Under μP wider is better: val/loss at the best learning rate tried goes from "
                     "0.984 at width 16 to 0.968 at width 32.")),
             report.gain().c_str());
    QVERIFY2(QString::fromStdString(report.drift())
                 .contains(QStringLiteral(
                     "Under μP 1 trial is still to come at width 64: this width is judged when "
                     "it has ended.")),
             report.drift().c_str());
    QVERIFY2(QString::fromStdString(report.drift()).contains(QStringLiteral("width 16 to 32.")),
             report.drift().c_str());
}

void TestSweepReport::aSearchThatChoosesWidthsIsWaitedFor()
{
    std::string text = sweepText;
    text.replace(text.find("algorithm: grid"), 15, "algorithm: random");
    Store store(text);
    addSweep(store);
    QVERIFY(!store.report().gain().empty());
    text.replace(text.find("trials: 30"), 10, "trials: 31");
    Experiments(*store.database).setYaml(store.record.id, "s", text);
    store.record.yaml = text;
    QCOMPARE(store.report().gain(), "");
    QCOMPARE(store.report().drift(),
             "1 trial is still to come, at widths that the search has yet to choose: nothing "
             "is judged before.");
}

void TestSweepReport::trialsThatWereNeverRunAreCounted()
{
    Store store(sweepText, ExperimentState::Stopped);
    store.add(at(32, 0.5, "sp"), TrialState::Completed, 1.0);
    store.add(at(32, 1.0, "sp"), TrialState::Completed, 2.0);
    QCOMPARE(store.report().open, std::int64_t(0));
    QCOMPARE(store.report().missing(),
             "28 planned trials were not run, 8 at width 32, 10 at width 64 and 10 at width 128");
    QVERIFY(store.report().curves[0].optimum.has_value()); // there will be no more
}

void TestSweepReport::saysWhatKeepsAnExperimentFromBeingASweep_data()
{
    QTest::addColumn<QByteArray>("space");
    QTest::addColumn<QString>("said");
    QTest::newRow("one rate") << QByteArray("  width: {type: integer, low: 32, high: 64}\n  lr: 1")
                              << QStringLiteral("the same learning rate");
    QTest::newRow("more") << QByteArray("  lr: {type: float, low: 1, high: 2}\n"
                                        "  width: {type: integer, low: 32, high: 64}\n"
                                        "  layers: {type: integer, low: 2, high: 3}\n"
                                        "  beta: {type: float, low: 0, high: 1}")
                          << QStringLiteral("learning rate and width: layers and beta have to be fixed");
    QTest::newRow("no width") << QByteArray("  lr: {type: float, low: 1, high: 2}")
                              << QStringLiteral("do not say their width");
}

void TestSweepReport::saysWhatKeepsAnExperimentFromBeingASweep()
{
    QFETCH(QByteArray, space);
    QFETCH(QString, said);
    Store store("name: s\nobjective: {metric: loss}\ntrial: {command: train}\nspace:\n" +
                space.toStdString() + "\nbudget: {trials: 9}\n");
    store.add(Configuration({{"lr", 1.0}, {"width", std::int64_t(32)}}), TrialState::Completed, 1.0);
    const SweepReport report = store.report();
    QVERIFY2(QString::fromStdString(report.lack).contains(said), report.lack.c_str());
    QVERIFY(report.isEmpty() && report.curves.empty());
}

void TestSweepReport::lossesAreOffered()
{
    Store store(sweepText);
    QVERIFY(lossMetrics(*store.database, store.record.id).empty());
    store.add(at(32, 0.5, "sp"), TrialState::Completed, 1.0, {{1, 5}});
    QVERIFY(lossMetrics(*store.database, store.record.id) == std::vector<std::string>{"train/loss"});
}

QTEST_GUILESS_MAIN(TestSweepReport)
#include "tst_sweep_report.moc"
