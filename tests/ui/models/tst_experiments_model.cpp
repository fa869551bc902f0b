// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/models/experiments_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;
using namespace std::chrono_literals;

namespace {

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ExperimentOverview overview(std::int64_t id, const std::string& name)
{
    ExperimentOverview overview;
    overview.record.id = id;
    overview.record.name = name;
    overview.record.state = ExperimentState::Running;
    overview.driver.emplace();
    overview.driver->heartbeat = now();
    overview.driver->running = true;
    return overview;
}

ExperimentList list(std::vector<ExperimentOverview> rows)
{
    return std::make_shared<const std::vector<ExperimentOverview>>(std::move(rows));
}

QStringList names(const ExperimentsModel& model)
{
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row)
        names.append(model.index(row).data().toString());
    return names;
}

} // namespace

class TestExperimentsModel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void rowsComeAndGo()
    {
        ExperimentsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setExperiments(list({overview(1, "a"), overview(2, "b"), overview(3, "c")}));
        QCOMPARE(names(model), (QStringList{QStringLiteral("c"), QStringLiteral("b"), QStringLiteral("a")}));
        const QPersistentModelIndex kept = model.indexOf(1);
        model.setExperiments(list({overview(1, "a"), overview(3, "c"), overview(7, "new")}));
        QCOMPARE(names(model),
                 (QStringList{QStringLiteral("new"), QStringLiteral("c"), QStringLiteral("a")}));
        QCOMPARE(kept.row(), 2);
        QCOMPARE(model.find(3)->record.name, "c");
        QVERIFY(!model.find(2));
        model.setExperiments(list({}));
        QCOMPARE(model.rowCount(), 0);
    }

    void whatIsMadeFromAnotherFollowsIt()
    {
        const auto made = [](std::int64_t id, const char* name, std::int64_t parent) {
            ExperimentOverview row = overview(id, name);
            row.record.parent = parent;
            return row;
        };
        ExperimentsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto search = overview(1, "search");
        const auto other = overview(2, "other");
        const auto check = made(3, "check", 1);
        const auto transfer = made(4, "search-wide", 1);
        const auto ofTransfer = made(5, "of-transfer", 4);
        model.setExperiments(list({search, other}));
        model.setExperiments(list({search, other, check, transfer, ofTransfer}));
        QCOMPARE(names(model), QStringLiteral("other search search-wide of-transfer check").split(u' '));
        QCOMPARE(model.indexOf(2).data(DepthRole).toInt(), 0);
        QCOMPARE(model.indexOf(3).data(DepthRole).toInt(), 1);
        QCOMPARE(model.indexOf(5).data(DepthRole).toInt(), 2);
        QVERIFY(
            model.indexOf(4).data(Qt::ToolTipRole).toString().contains(QStringLiteral("made from search")));
        QVERIFY(model.indexOf(4)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .startsWith(QStringLiteral("search-wide, made from search, ")));

        QCOMPARE(model.indexOf(4).data(BriefNameRole).toString(), QStringLiteral("wide"));
        QCOMPARE(model.indexOf(3).data(BriefNameRole).toString(), QStringLiteral("check"));

        const QPersistentModelIndex kept = model.indexOf(4);
        model.setExperiments(list({other, check, transfer, ofTransfer}));
        QCOMPARE(names(model), QStringLiteral("search-wide of-transfer check other").split(u' '));
        QCOMPARE(kept.row(), 0);
        QCOMPARE(model.indexOf(4).data(BriefNameRole).toString(), QStringLiteral("search-wide"));
        QCOMPARE(model.indexOf(4).data(DepthRole).toInt(), 0);
    }

    void onlyWhatChangedIsTold()
    {
        ExperimentsModel model;
        ExperimentOverview second = overview(2, "b");
        const ExperimentOverview first = overview(1, "a");
        model.setExperiments(list({first, second}));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        second.counts.at(std::size_t(TrialState::Completed)) = 3;
        second.counts.at(std::size_t(TrialState::Running)) = 1;
        second.expected = ExpectedTrials{10};
        model.setExperiments(list({first, second}));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.front().front().toModelIndex(), model.indexOf(2));
        QCOMPARE(model.indexOf(2).data(DetailRole).toString(), QStringLiteral("3/10"));
        second.expected = ExpectedTrials{12, true};
        model.setExperiments(list({first, second}));
        QCOMPARE(model.indexOf(2).data(DetailRole).toString(), QStringLiteral("3/12+"));
    }

    void aSilentDriverIsLost()
    {
        ExperimentOverview lost = overview(1, "a");
        lost.driver->heartbeat = now() - driverSilence - 1s;
        QVERIFY(isLost(lost.driver));
        QVERIFY(!isAlive(lost.driver));
        QVERIFY(isAlive(overview(1, "a").driver));
        ExperimentsModel model;
        model.setExperiments(list({lost}));
        QCOMPARE(model.index(0).data(ShapeRole).toString(), QStringLiteral("◌"));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestExperimentsModel)
#include "tst_experiments_model.moc"
