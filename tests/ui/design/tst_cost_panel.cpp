// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "tests/ui/design/design_fixture.h"
#include "tests/ui/ui_test.h"
#include "ui/design/cost_panel.h"
#include "ui/design/forecast_words.h"

#include <QDoubleSpinBox>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

const std::string searchText = "name: s\nobjective: {metric: loss}\ntrial: {command: 'train {lr}'}\n"
                               "space: {lr: {type: float, low: 0, high: 1}}\nsearch: {algorithm: random}\n"
                               "resources: {parallel: 2}\nbudget: {trials: 10}\n";

struct Shown {
    Shown() : client(store.file()), panel(client)
    {
        panel.resize(400, 500);
        panel.QWidget::show();
    }
    ExperimentRecord record(const std::string& name = "s", std::int64_t id = 77) const
    {
        ExperimentRecord record;
        record.id = id;
        record.name = name;
        return record;
    }
    QString said() const { return panel.findChild<QLabel*>(QStringLiteral("forecast"))->text(); }
    QString assumed() const
    {
        return panel.findChild<QLabel*>(QStringLiteral("forecastAssumptions"))->text();
    }
    QComboBox& source() const { return *panel.findChild<QComboBox*>(QStringLiteral("forecastSource")); }

    TestStore store;
    StoreClient client;
    CostPanel panel;
};

QString words(const std::string& name, const Shown& shown)
{
    return QString::fromStdString(name) + u'\n' + shown.said();
}

} // namespace

/// What a search would cost: the Design page's answer, in simulated time.
class TestCostPanel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    /// Ten trials of 100 steps of a second, two at a time.
    void tellsTimeAndDeviceHours()
    {
        Shown shown;
        shown.panel.show(shown.record(), parseExperiment(searchText));
        QTRY_VERIFY2(shown.said().contains(QStringLiteral("10 trials: 10 run to their end, 0 are stopped")),
                     qPrintable(words("made up", shown)));
        QTRY_VERIFY(!shown.said().contains(QStringLiteral("simulated ")));
        QVERIFY2(shown.said().startsWith(QStringLiteral("Time: 8 min\nDevice hours: 0.278\nRegret: ")),
                 qPrintable(shown.said()));
        QVERIFY2(shown.assumed().contains(QStringLiteral("100 steps of 1 s")), qPrintable(shown.assumed()));
        QVERIFY2(shown.assumed().contains(QStringLiteral("2 trials run at a time")),
                 qPrintable(shown.assumed()));
    }

    void followsWhatIsAssumed()
    {
        Shown shown;
        shown.panel.show(shown.record(), parseExperiment(searchText));
        shown.panel.findChild<QSpinBox*>(QStringLiteral("forecastWorkers"))->setValue(10);
        shown.panel.findChild<QDoubleSpinBox*>(QStringLiteral("forecastStepTime"))->setValue(36);
        QTRY_VERIFY2(shown.said().startsWith(QStringLiteral("Time: 1 h 00\nDevice hours: 10\n")),
                     qPrintable(shown.said()));
        QVERIFY2(shown.assumed().contains(QStringLiteral("10 trials run at a time")),
                 qPrintable(shown.assumed()));
    }

    void followsTheDesign()
    {
        Shown shown;
        shown.panel.show(shown.record(), parseExperiment(searchText));
        QTRY_VERIFY(shown.said().contains(QStringLiteral("Device hours: 0.278")));
        Experiment more = parseExperiment(searchText);
        more.budget.trials = 20;
        shown.panel.show(shown.record(), more);
        QTRY_VERIFY2(shown.said().contains(QStringLiteral("Device hours: 0.556")), qPrintable(shown.said()));
        shown.panel.showNothing(QStringLiteral("There is a problem."));
        QCOMPARE(shown.said(), QStringLiteral("There is a problem."));
        QCOMPARE(shown.assumed(), QString());
    }

    /// Recorded trials say how long a step takes, where the store has some.
    void goesAsRecordedTrialsWent()
    {
        Shown shown;
        const std::int64_t before = shown.store.addExperiment("before", ExperimentState::Completed);
        const Experiment experiment = experimentOf(shown.store.find(before));
        for (int number = 0; number < 3; ++number) {
            const std::int64_t trial = shown.store.saveTrial(before, number, TrialState::Completed, 0.5);
            shown.store.append(trial, experiment.objective.metric, fallingPoints(1, 50));
        }
        shown.panel.show(shown.record("before", before), experiment);
        QTRY_VERIFY2(shown.assumed().contains(QStringLiteral("trials go as those of before")),
                     qPrintable(shown.assumed()));
        QVERIFY(!shown.panel.findChild<QDoubleSpinBox*>(QStringLiteral("forecastStepTime"))->isEnabled());
        shown.source().setCurrentIndex(0);
        Q_EMIT shown.source().activated(0);
        QTRY_VERIFY2(shown.assumed().contains(QStringLiteral("made up")), qPrintable(shown.assumed()));
        QVERIFY(shown.panel.findChild<QDoubleSpinBox*>(QStringLiteral("forecastStepTime"))->isEnabled());
    }

    /// Of a copy the curves may lack: what nobody chose is passed over, what somebody chose is told.
    void recordedTrialsWithoutCurvesAreNoSource()
    {
        Shown shown;
        const std::int64_t before = shown.store.addExperiment("before", ExperimentState::Completed);
        const Experiment experiment = experimentOf(shown.store.find(before));
        shown.store.saveTrial(before, 0, TrialState::Completed, 0.5);
        shown.panel.show(shown.record("before", before), experiment);
        QTRY_VERIFY2(shown.assumed().contains(QStringLiteral("made up")), qPrintable(shown.said()));
        shown.source().setCurrentIndex(1);
        Q_EMIT shown.source().activated(1);
        QTRY_VERIFY2(shown.said().startsWith(QStringLiteral("no trial of before has ended and reported")),
                     qPrintable(shown.said()));
    }

    /// The page's own: what has problems is not simulated, and what has none is, once it is looked at.
    void theDesignPageHasIt()
    {
        DesignFixture f;
        auto* tabs = f.page.findChild<QTabWidget*>(QStringLiteral("designTabs"));
        tabs->setCurrentIndex(2);
        const auto* said = f.page.findChild<QLabel*>(QStringLiteral("forecast"));
        QTRY_VERIFY2(said->text().contains(QStringLiteral("12 trials: ")), qPrintable(said->text()));
        overwrite(f.line("budget.trials"), "x");
        QTRY_COMPARE(said->text(), QStringLiteral("A simulation needs an experiment without problems."));
    }

    /// Only the latest request is answered, and a closed window waits for none.
    void aRequestTakesThePlaceOfAnother()
    {
        ForecastJob job;
        std::vector<std::size_t> trials;
        connect(&job, &ForecastJob::made, this, [&](const std::vector<Forecast>& made) {
            trials.push_back(made.back().result.trials.size());
        });
        ForecastRequest request{parseExperiment(searchText), {}, {}, 1000};
        request.experiment.budget.trials = 100'000;
        job.start(request);
        request.experiment.budget.trials = 7;
        request.seeds = 2;
        job.start(request);
        QTRY_COMPARE(trials, (std::vector<std::size_t>{7, 7}));
        request.experiment.budget.trials = 100'000;
        request.seeds = 1000;
        job.start(request);
    }

    void whatCannotBeSimulatedIsSaid()
    {
        ForecastJob job;
        QSignalSpy failed(&job, &ForecastJob::failed);
        ForecastRequest request{parseExperiment(searchText)};
        request.experiment.resources.parallel = 0;
        job.start(request);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(failed[0][0].toString().contains(QStringLiteral("parallel")),
                 qPrintable(failed[0][0].toString()));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestCostPanel)
#include "tst_cost_panel.moc"
