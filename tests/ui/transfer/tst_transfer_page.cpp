// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/query.h"
#include "tests/ui/feed/wait_for_readings.h"
#include "tests/ui/transfer/transfer_fixture.h"
#include "tests/ui/ui_test.h"
#include "ui/feed/store_client.h"
#include "ui/transfer/transfer_page.h"
#include "ui/transfer/width_box.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// The page over the fixture's store, shown.
struct Shown : TransferFixture {
    explicit Shown(const std::string& yaml = text) : TransferFixture(yaml)
    {
        page.resize(1000, 700);
        page.show();
    }
    void showSmall()
    {
        page.showExperiment(small);
        QTRY_VERIFY(find<QTableView>("winners")->model()->rowCount() > 0);
    }
    template <class Widget>
    Widget* find(const char* name) const
    {
        return page.findChild<Widget*>(QString::fromLatin1(name));
    }
    QString said() const
    {
        QString all;
        for (const QLabel* label : page.findChildren<QLabel*>())
            if (label->isVisible())
                all += label->text() + u'\n';
        return all;
    }
    WidthBox* width() const { return find<WidthBox>("transferWidth"); }
    QPushButton* train() const { return find<QPushButton>("train"); }

    StoreClient client{store.file()};
    TransferPage page{client};
};

} // namespace

class TestTransferPage : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void aReadingThatFailsIsNotTheLast()
    {
        Shown s;
        s.addTrials();
        Query(s.database, "ALTER TABLE trial RENAME TO damaged").run();
        s.page.showExperiment(s.small);
        waitForReadings(s.client);
        Query(s.database, "ALTER TABLE damaged RENAME TO trial").run();
        QTRY_COMPARE(s.find<QTableView>("winners")->model()->rowCount(), 3);
    }

    void saysWhyThereIsNothing()
    {
        Shown f;
        QVERIFY(f.said().contains(QStringLiteral("No experiment is chosen")));
        f.page.showExperiment(f.small);
        QTRY_VERIFY(f.said().contains(QStringLiteral("has a value yet")));
        QVERIFY(!f.train()->isVisible());
    }

    void theWinnerIsTakenToFullWidth()
    {
        Shown f;
        f.addTrials();
        f.showSmall();
        QCOMPARE(f.width()->value(), 128);
        QCOMPARE(f.train()->text().remove(u'&'), QStringLiteral("Train at width 128"));
        QVERIFY2(f.said().contains(QStringLiteral("parameters")) &&
                     f.said().contains(QStringLiteral("at most about")),
                 qPrintable(f.said()));
        QSignalSpy derived(&f.page, &Page::experimentDerived);
        QTest::mouseClick(f.train(), Qt::LeftButton);
        QCOMPARE(derived.size(), 1);
        const auto record = derived[0][0].value<ExperimentRecord>();
        QCOMPARE(record.name, std::string("small-transfer-128"));
        QCOMPARE(record.parent, std::optional(f.small.id));
        QVERIFY(derived[0][1].toBool());
        const auto trials = derived[0][3].value<std::vector<Trial>>();
        QCOMPARE(trials.size(), std::size_t(1));
        QCOMPARE(trials[0].parent, std::optional(Trials(f.database).find(f.small.id, 2)->id));
    }

    void ticksAndWidthsAreChecked()
    {
        Shown f;
        f.addTrials();
        f.showSmall();
        f.width()->setValue(100);
        QVERIFY2(f.said().contains(QStringLiteral("choose 96 or 104")), qPrintable(f.said()));
        QVERIFY(!f.train()->isEnabled());
        f.width()->setValue(64);
        QTest::keyClick(f.width(), Qt::Key_Up);
        QCOMPARE(f.width()->value(), 128);
        QVERIFY(f.train()->isEnabled());
        QTest::keyClick(f.width(), Qt::Key_Down);
        QTest::keyClick(f.width(), Qt::Key_Down);
        QCOMPARE(f.width()->value(), 33); // above the width of the search

        auto* winners = f.find<QTableView>("winners");
        f.width()->setValue(64);
        winners->setCurrentIndex(winners->model()->index(0, 0));
        QTest::keyClick(winners, Qt::Key_Space);
        QVERIFY(f.said().contains(QStringLiteral("Tick at least one")));
        QVERIFY(!f.train()->isEnabled());
    }

    void theLengthOfTrainingIsChosen()
    {
        Shown f;
        f.addTrials();
        f.showSmall();
        f.find<QComboBox>("transferLength")->setCurrentIndex(2);
        QCOMPARE(f.find<QDoubleSpinBox>("transferAmount")->value(), 100.0); // the steps of the winner
        QTRY_VERIFY(f.said().contains(QStringLiteral("over the width alone")));
        QSignalSpy derived(&f.page, &Page::experimentDerived);
        QTest::keyClick(f.train(), Qt::Key_Space);
        QVERIFY(derived[0][0].value<ExperimentRecord>().yaml.find("steps: 100") != std::string::npos);
    }

    void doubtsAreSaidBefore()
    {
        Shown f("name: small\nobjective: {metric: val/loss}\n"
                "trial: {trainer: {model: mlp, width: 32, parametrization: sp}}\n"
                "space: {max_lr: {type: float, low: 0.29, high: 1}}\nbudget: {trials: 3}\n");
        f.small.state = ExperimentState::Running;
        Experiments(f.database).setState(f.small.id, ExperimentState::Running, {}, TimePoint());
        f.addTrials();
        f.showSmall();
        for (const char* words : {"The parametrization is sp", "lower edge", "has not ended"})
            QVERIFY2(f.said().contains(QString::fromLatin1(words)), qPrintable(f.said()));
        QVERIFY(f.train()->isEnabled());
    }

    void whatCameOfItIsShownWithItsCost()
    {
        Shown f;
        f.addTrials();
        f.showSmall();
        QVERIFY(f.said().contains(QStringLiteral("None yet")));
        const ExperimentRecord transfer = f.addTransfer();
        auto* view = f.find<QTableView>("transfers");
        QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 1, 10'000);
        QTRY_VERIFY(f.said().contains(QStringLiteral("at most about")));
        QVERIFY2(!f.said().contains(QStringLiteral("Saved")), qPrintable(f.said())); // it has not ended
        f.finish(transfer, 0.7);
        QTRY_VERIFY2(
            f.said().contains(QStringLiteral("At width 128 val/loss is 0.7: 0.1 better than at width 32.")),
            qPrintable(f.said()));
        QVERIFY2(f.said().contains(
                     QStringLiteral("30 s of search and 40 s of transfer. The same search at full width: "
                                    "about 2 min. Saved: 50 s.")),
                 qPrintable(f.said()));
        QSignalSpy wanted(&f.page, &Page::experimentWanted);
        const QRect cell = view->visualRect(view->model()->index(0, TransfersModel::Name));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell.center());
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toLongLong(), transfer.id);

        f.page.showExperiment(*Experiments(f.database).find(transfer.id));
        QTRY_COMPARE(view->currentIndex().row(), 0);
        QTRY_COMPARE(f.find<QTableView>("winners")->model()->rowCount(), 3);
    }
};

WIDTHWISE_UI_TEST_MAIN(TestTransferPage)
#include "tst_transfer_page.moc"
