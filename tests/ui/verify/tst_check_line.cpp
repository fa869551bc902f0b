// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_check.h"
#include "tests/ui/ui_test.h"
#include "ui/compare/compare_page.h"
#include "ui/transfer/transfer_page.h"
#include "ui/verify/check_line.h"

#include <QDateTime>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

QString dateOf(const ExperimentRecord& record)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(record.finished->time_since_epoch().count()),
                              QStringLiteral("d MMM yyyy, HH:mm"));
}

} // namespace

class TestCheckLine : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatTheLastCheckSays_data()
    {
        QTest::addColumn<double>("growth");
        QTest::addColumn<QString>("said");
        QTest::newRow("holds") << 0.0 << QStringLiteral("✓</span> μP holds in this model");
        QTest::newRow("fails") << 0.5 << QStringLiteral("✕</span> μP does not hold in this model");
    }
    void saysWhatTheLastCheckSays()
    {
        QFETCH(double, growth);
        QFETCH(QString, said);
        PlantedCheck store(growth);
        StoreClient client(store.file());
        CheckLine line(client);
        line.show();
        line.showExperiment(store.base().id);
        QTRY_VERIFY2(line.text().contains(QStringLiteral("was not checked yet")), qPrintable(line.text()));

        const std::int64_t check = store.addCheck();
        store.runTrials(check, 0, store.trials() - 1);
        QTRY_VERIFY2(line.text().contains(QStringLiteral("has not ended")), qPrintable(line.text()));
        QVERIFY(!line.text().contains(u'✓') && !line.text().contains(u'✕'));
        store.setState(check, ExperimentState::Completed);
        QTRY_VERIFY2(line.text().contains(said), qPrintable(line.text()));
        QVERIFY2(line.text().contains(dateOf(store.find(check))), qPrintable(line.text()));
        QVERIFY(line.text().contains(QStringLiteral("mlp-lr-check")));

        const std::int64_t again = store.addCheck(); // the last verdict stands until there is another
        QTRY_VERIFY2(line.text().contains(QStringLiteral("mlp-lr-check-2</a> has not ended")),
                     qPrintable(line.text()));
        QVERIFY(line.text().contains(said));
        store.setState(again, ExperimentState::Stopped);
        QTRY_VERIFY2(line.text().contains(QStringLiteral("gave nothing to judge")), qPrintable(line.text()));

        QSignalSpy wanted(&line, &CheckLine::experimentWanted);
        Q_EMIT line.linkActivated(QString::number(again));
        QCOMPARE(wanted.front().front().toLongLong(), qint64(again));
        line.showExperiment(0);
        QCOMPARE(line.text(), QString());
    }

    /// A sweep made from a search, and a transfer from that, rest on the check of the search.
    void whatWasMadeFromAnExperimentHasItsCheck()
    {
        PlantedCheck store;
        const std::int64_t check = store.addCheck();
        store.runTrials(check, 0, store.trials() - 1);
        store.setState(check, ExperimentState::Completed);
        Database database(store.file().toStdString());
        ExperimentRecord made = store.base();
        made.name = "sweep";
        made.parent = store.base().id;
        made.id = Experiments(database).add(made);
        ExperimentRecord madeOfThat = made;
        madeOfThat.name = "transfer";
        madeOfThat.parent = made.id;
        madeOfThat.id = Experiments(database).add(madeOfThat);
        ExperimentRecord stranger = store.base();
        stranger.name = "stranger";
        stranger.id = Experiments(database).add(stranger);

        StoreClient client(store.file());
        CheckLine line(client);
        line.show();
        for (const ExperimentRecord& record : {made, madeOfThat}) {
            line.showExperiment(record.id);
            QTRY_VERIFY2(line.text().contains(QStringLiteral("✓</span> μP holds")), qPrintable(line.text()));
        }
        line.showExperiment(stranger.id);
        QTRY_VERIFY(line.text().contains(QStringLiteral("was not checked yet")));
    }

    void compareAndTransferHaveIt()
    {
        PlantedCheck store;
        const std::int64_t check = store.addCheck();
        store.runTrials(check, 0, store.trials() - 1);
        store.setState(check, ExperimentState::Completed);
        store.saveTrial(store.base().id, 0, TrialState::Completed, 0.5);
        StoreClient client(store.file());
        ComparePage compare(client);
        TransferPage transfer(client);
        for (Page* page : {static_cast<Page*>(&compare), static_cast<Page*>(&transfer)}) {
            page->resize(900, 600);
            page->show();
            page->showExperiment(store.base());
            auto* line = page->findChild<CheckLine*>(QStringLiteral("lastCheck"));
            QVERIFY(line);
            QTRY_VERIFY2(line->isVisible() && line->text().contains(QStringLiteral("✓</span> μP holds")),
                         qPrintable(line->text()));
            QSignalSpy wanted(page, &Page::experimentWanted);
            Q_EMIT line->linkActivated(QString::number(check));
            QCOMPARE(wanted.size(), 1);
        }
    }
};

WIDTHWISE_UI_TEST_MAIN(TestCheckLine)
#include "tst_check_line.moc"
