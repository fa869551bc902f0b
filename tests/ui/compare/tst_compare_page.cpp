// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep_sample.h"

#include "core/store/query.h"
#include "tests/ui/feed/wait_for_readings.h"
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/compare/compare_page.h"
#include "ui/plot/chart.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

struct Shown {
    Shown(const QString& file, const ExperimentRecord& record) : client(file), page(client)
    {
        page.resize(1000, 700);
        page.show();
        client.follow(record.id);
        page.showExperiment(record);
    }
    QString said() const
    {
        QString all;
        for (const QLabel* label : page.findChildren<QLabel*>())
            if (label->isVisible())
                all += label->text() + u'\n';
        return all;
    }
    QPushButton* button(const char* text) const
    {
        for (QPushButton* candidate : page.findChildren<QPushButton*>())
            if (candidate->isVisible() && candidate->text().contains(QString::fromUtf8(text)))
                return candidate;
        return nullptr;
    }
    Chart* chart() const { return page.findChild<Chart*>(QStringLiteral("sweepChart")); }

    StoreClient client;
    ComparePage page;
};

} // namespace

class TestComparePage : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void showsASweep();
    void theTableGivesWayToTheCurves();
    void followsTrialsThatEnd();
    void theMetricIsChosen();
    void anotherExperimentIsOfferedASweep();
    void aSweepIsMadeOfASweep();
    void saysWhyThereIsNothing();
    void savesThePicture();
    void aReadingThatFailsIsNotTheLast();
};

void TestComparePage::aReadingThatFailsIsNotTheLast()
{
    SweepSample sample;
    sample.addAll();
    Database database(sample.file().toStdString());
    Query(database, "ALTER TABLE trial RENAME TO damaged").run();
    Shown shown(sample.file(), sample.record());
    waitForReadings(shown.client);
    Query(database, "ALTER TABLE damaged RENAME TO trial").run();
    QTRY_VERIFY(shown.chart()->isVisible());
}

void TestComparePage::showsASweep()
{
    SweepSample sample;
    sample.addAll();
    const Shown shown(sample.file(), sample.record());
    QTRY_VERIFY(shown.chart()->isVisible());
    QCOMPARE(shown.chart()->data().panels.size(), std::size_t(2));
    QCOMPARE(shown.page.findChild<QTableView*>(QStringLiteral("optima"))->model()->rowCount(), 6);
    const QString said = shown.said();
    QVERIFY2(said.contains(QStringLiteral("Under SP the best learning rate falls")), qPrintable(said));
    QVERIFY2(said.contains(QStringLiteral("Under μP the best learning rate stays")), qPrintable(said));
    QVERIFY2(said.contains(QStringLiteral("Under μP wider is better")), qPrintable(said));
}

/// On a small screen, too.
void TestComparePage::theTableGivesWayToTheCurves()
{
    SweepSample sample;
    sample.addAll();
    Shown shown(sample.file(), sample.record());
    QTRY_VERIFY(shown.chart()->isVisible());
    auto* table = shown.page.findChild<QTableView*>(QStringLiteral("optima"));
    const int row = table->verticalHeader()->defaultSectionSize();
    QTRY_VERIFY(table->height() > 6 * row);
    shown.page.resize(740, 480);
    QTRY_VERIFY2(shown.chart()->height() >= 200, qPrintable(QString::number(shown.chart()->height())));
    QVERIFY(table->height() > 2 * row);
    QCOMPARE(shown.page.height(), 480);
}

void TestComparePage::followsTrialsThatEnd()
{
    SweepSample sample;
    sample.add(32);
    const Shown shown(sample.file(), sample.record());
    QTRY_VERIFY(shown.chart()->isVisible());
    QVERIFY(shown.said().contains(QStringLiteral("trials to come: 20")));
    QVERIFY2(shown.said().contains(
                 QStringLiteral("10 trials are still to come, 5 at width 64 and 5 at width 128")),
             qPrintable(shown.said()));
    auto* table = shown.page.findChild<QTableView*>(QStringLiteral("optima"));
    QCOMPARE(table->model()->rowCount(), 2);
    sample.add(64);
    QTRY_COMPARE(table->model()->rowCount(), 4);
    sample.add(128);
    QTRY_COMPARE(table->model()->rowCount(), 6);
    QTRY_VERIFY(!shown.said().contains(QStringLiteral("to come")));
}

void TestComparePage::theMetricIsChosen()
{
    SweepSample sample;
    sample.addAll();
    const Shown shown(sample.file(), sample.record());
    QTRY_VERIFY(shown.chart()->isVisible());
    auto* metric = shown.page.findChild<QComboBox*>(QStringLiteral("sweepMetric"));
    QCOMPARE(metric->count(), 2);
    QCOMPARE(metric->itemText(0), QStringLiteral("val/loss, the objective"));
    metric->setCurrentIndex(1);
    Q_EMIT metric->activated(1);
    QTRY_COMPARE(shown.chart()->data().y.title, QStringLiteral("train/loss at the end"));
    QCOMPARE(metric->currentIndex(), 1);
}

void TestComparePage::anotherExperimentIsOfferedASweep()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("search");
    store.saveTrial(id, 0, TrialState::Completed, 0.5);
    {
        Database database(store.file().toStdString());
        std::string text = TestStore::experimentText();
        text.replace(text.find("space:"), 6, "space:\n  layers: {type: integer, low: 1, high: 4}");
        Experiments(database).setYaml(id, "search", text);
    }
    Shown shown(store.file(), store.find(id));
    QTRY_VERIFY2(shown.said().contains(QStringLiteral("layers has to be fixed")), qPrintable(shown.said()));
    QVERIFY(!shown.chart()->isVisible());
    QSignalSpy derived(&shown.page, &Page::experimentDerived);
    QVERIFY(shown.button("Run"));
    shown.button("Run")->click();
    QCOMPARE(derived.size(), 1);
    QCOMPARE(derived[0][0].value<ExperimentRecord>().name, "search-sweep");
    QVERIFY(derived[0][1].toBool());
}

void TestComparePage::aSweepIsMadeOfASweep()
{
    SweepSample sample;
    sample.addAll();
    const Shown shown(sample.file(), sample.record());
    QTRY_VERIFY(shown.chart()->isVisible());
    shown.button("New sweep")->click();
    QVERIFY(!shown.chart()->isVisible());
    QVERIFY(shown.button("Run")->isEnabled());
    shown.button("Back")->click();
    QVERIFY(shown.chart()->isVisible());
}

void TestComparePage::saysWhyThereIsNothing()
{
    SweepSample sample;
    Shown shown(sample.file(), sample.record());
    QTRY_VERIFY2(shown.said().contains(QStringLiteral("No trial has ended yet; trials to come: 30")),
                 qPrintable(shown.said()));
    QVERIFY(!shown.button("Run")); // another one of what is under way
    ExperimentRecord wrong = sample.record();
    wrong.yaml = "name: [";
    shown.page.showExperiment(wrong);
    QTRY_VERIFY(shown.said().contains(QStringLiteral("has a problem")));
    QVERIFY(!shown.button("Run"));
    shown.page.showExperiment({});
    QTRY_VERIFY(shown.said().contains(QStringLiteral("No experiment is chosen")));
}

void TestComparePage::savesThePicture()
{
    SweepSample sample;
    sample.addAll();
    const Shown shown(sample.file(), sample.record());
    QTRY_VERIFY(shown.chart()->isVisible());
    shown.button("Save")->click();
    auto* dialog = shown.page.findChild<QFileDialog*>();
    QVERIFY(dialog);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("sweep.svg"));
    Q_EMIT dialog->fileSelected(path);
    dialog->close();
    QVERIFY(QFileInfo(path).size() > 1000);
    QVERIFY(shown.said().contains(path));
}

WIDTHWISE_UI_TEST_MAIN(TestComparePage)
#include "tst_compare_page.moc"
