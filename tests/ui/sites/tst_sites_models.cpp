// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site.h"
#include "tests/ui/ui_test.h"
#include "ui/sites/findings_model.h"
#include "ui/sites/sites_model.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

ExperimentOverview overview(const std::string& site, int running, int queued, bool driven)
{
    ExperimentOverview overview;
    overview.record.yaml = "name: search\nsite: " + site + "\n";
    overview.record.state = ExperimentState::Running;
    overview.counts.at(std::size_t(TrialState::Running)) = running;
    overview.counts.at(std::size_t(TrialState::Queued)) = queued;
    overview.driver.emplace();
    overview.driver->running = driven;
    overview.driver->heartbeat =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return overview;
}

ExperimentList list(std::vector<ExperimentOverview> rows)
{
    return std::make_shared<const std::vector<ExperimentOverview>>(std::move(rows));
}

} // namespace

class TestSitesModels : public UiTest {
    Q_OBJECT

    static QString text(const SitesModel& model, const QString& site, int role)
    {
        return model.indexOf(site).data(role).toString();
    }

private Q_SLOTS:
    void cleanup()
    {
        for (const std::string& name : siteNames())
            QFile::remove(QString::fromStdString(siteFile(name)));
    }

    void sitesComeAndGo()
    {
        writeSiteFile("juwels", "scheduler: slurm\n");
        SitesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.names(), (QStringList{QStringLiteral("local"), QStringLiteral("juwels")}));
        writeSiteFile("box", "scheduler: none\n");
        QTRY_COMPARE(model.rowCount(), 3);
        QCOMPARE(model.names()[1], QStringLiteral("box"));
        QFile::remove(QString::fromStdString(siteFile("juwels")));
        QTRY_COMPARE(model.rowCount(), 2);
    }

    void aSiteShowsWhatRunsThere()
    {
        writeSiteFile("juwels", "scheduler: slurm\n");
        SitesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QString juwels = QStringLiteral("juwels");
        QCOMPARE(text(model, juwels, ShapeRole), QStringLiteral("○"));
        const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setExperiments(list({overview("juwels", 3, 1, true), overview("juwels", 2, 0, true),
                                   overview("local", 1, 0, true), overview("juwels.yaml", 5, 0, true)}));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(text(model, juwels, ShapeRole), QStringLiteral("●"));
        QCOMPARE(text(model, juwels, DetailRole), QStringLiteral("▶ 5  ○ 1"));
        QVERIFY(text(model, juwels, Qt::AccessibleTextRole).contains(QStringLiteral("5 running, 1 queued")));
        model.setExperiments(list({overview("juwels", 3, 0, false)}));
        QCOMPARE(text(model, juwels, ShapeRole), QStringLiteral("◌"));
        model.setExperiments(list({}));
        QCOMPARE(text(model, juwels, DetailRole), QString());
    }

    void aLostLinkIsShown()
    {
        writeSiteFile("juwels", "scheduler: slurm\n");
        SitesModel model;
        ExperimentOverview lost = overview("juwels", 1, 0, true);
        lost.driver->link.emplace();
        lost.driver->link->state = SiteLink::State::Lost;
        ExperimentOverview connected = overview("juwels", 1, 0, true);
        connected.driver->link.emplace();
        connected.driver->link->state = SiteLink::State::Connected;
        model.setExperiments(list({lost, connected}));
        QVERIFY(text(model, QStringLiteral("juwels"), ShapeRole) != QStringLiteral("●"));
        model.setExperiments(list({connected}));
        QCOMPARE(text(model, QStringLiteral("juwels"), ShapeRole), QStringLiteral("●"));
    }

    void aTestIsRemembered()
    {
        writeSiteFile("juwels", "scheduler: slurm\n");
        SitesModel model;
        const QString juwels = QStringLiteral("juwels");
        model.setVerdict(juwels, Verdict::Bad);
        QCOMPARE(text(model, juwels, ShapeRole), QStringLiteral("✕"));
        model.setVerdict(juwels, Verdict::Warning);
        QCOMPARE(text(model, juwels, ShapeRole), QStringLiteral("●"));
    }

    void thisMachineShowsItsDevices()
    {
        SitesModel model;
        model.setLocal({.cpus = 8, .memoryMiB = 16384, .gpus = {{"0", "H100"}}});
        QCOMPARE(text(model, QStringLiteral("local"), DetailRole), QStringLiteral("1 GPU · 8 CPU"));
        QVERIFY(text(model, QStringLiteral("local"), Qt::ToolTipRole).contains(QStringLiteral("H100")));
    }

    void findingsSaySignFoundAndFix()
    {
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFindings(
            {{"login", Verdict::Good, "cluster", {}}, {"partition", Verdict::Bad, "none", "name one"}});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0).data(ShapeRole).toString(), QStringLiteral("✕"));
        QCOMPARE(model.index(0).data(FindingsModel::FixRole).toString(), QStringLiteral("name one"));
        QVERIFY(model.index(0)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .contains(QStringLiteral("to fix it: name one")));
        QCOMPARE(worst(model.findings()), Verdict::Bad);
        QCOMPARE(worst({}), Verdict::Good);
    }
};

WIDTHWISE_UI_TEST_MAIN(TestSitesModels)
#include "tst_sites_models.moc"
