// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor_fixture.h"

#include "core/launch/trial_directory.h"
#include "tests/ui/ui_test.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

/// What the selected trial prints, and how fresh that is.
class TestMonitorLog : public UiTest, protected MonitorFixture {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        UiTest::init();
        open();
    }
    void cleanup() { close(); }
    void theLogOfAFailedTrial();
    void deletedOutputIsSaid();
    void theLogOfATrialOnAnotherMachine();
    void tellsWhatItsCheckpointTakes();
    void saysHowOldALogIs();
    void watchesWhileItIsSeen();
};

void TestMonitorLog::theLogOfAFailedTrial()
{
    const ExperimentRecord record = m_store->find(m_experiment);
    const QString folder = QString::fromStdString(
        trialDirectory(trialsDirectory(m_store->file().toStdString()), record.name, record.created, 3));
    QVERIFY(QDir().mkpath(folder));
    QFile log(folder + QStringLiteral("/stdout.log"));
    QVERIFY(log.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    log.write("\x1b[32mepoch 1\x1b[0m\n 10%\r 50%\r100%\nTraceback");
    m_page->selectTrial(3);
    auto* text = find<QPlainTextEdit>("log");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback")); // its end is not known yet
    log.write(": no \xc2");                                                        // half a character
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no "));
    log.write("\xb5\n 10%\r");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no µ\n 10%"));
    log.write(" 20%");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no µ\n 20%"));
    log.write("\rdone\n");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no µ\ndone\n"));
    QVERIFY(find<QLabel>("trialReason")->isVisible());
    QVERIFY(find<QLabel>("trialReason")->text().contains(QStringLiteral("exit code 7")));
    QTRY_VERIFY(find<QLabel>("trialReason")->width() > 900); // a long one stands whole
    log.resize(0);
    log.seek(0);
    log.write("anew\n");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("anew\n"));
    m_page->selectTrial(0);
    QVERIFY(!find<QLabel>("trialReason")->isVisible());
    QTRY_COMPARE(text->toPlainText(), QString());
}

void TestMonitorLog::deletedOutputIsSaid()
{
    auto* loss = find<QLabel>("logLoss");
    auto* text = find<QPlainTextEdit>("log");
    QVERIFY(loss->isHidden());
    m_page->selectTrial(3);
    QTRY_COMPARE(loss->text(), QStringLiteral("its folder was deleted or moved"));
    QVERIFY(loss->isVisible());
    QCOMPARE(text->placeholderText(),
             QStringLiteral("Nothing of what it printed can be shown: its folder was deleted or moved."));

    const ExperimentRecord record = m_store->find(m_experiment);
    const QString folder = QString::fromStdString(
        trialDirectory(trialsDirectory(m_store->file().toStdString()), record.name, record.created, 3));
    QVERIFY(QDir().mkpath(folder));
    QTRY_COMPARE(loss->text(), QStringLiteral("its output file was deleted"));
    QFile log(folder + QStringLiteral("/stdout.log"));
    QVERIFY(log.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    log.write("epoch 1\n");
    QTRY_VERIFY(loss->isHidden());
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n"));
    QVERIFY(QDir(folder).removeRecursively());
    QTRY_COMPARE(loss->text(), QStringLiteral("its folder was deleted or moved"));
    QCOMPARE(text->toPlainText(), QStringLiteral("epoch 1\n")); // what was read stays

    m_store->saveTrial(m_experiment, 4, TrialState::Running); // has printed nothing, which is no loss
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    QVERIFY(QDir().mkpath(QString(folder).chopped(1) + u'4'));
    m_page->selectTrial(4);
    QTRY_COMPARE(text->placeholderText(), QStringLiteral("It has printed nothing yet."));
    QVERIFY(loss->isHidden());
}

void TestMonitorLog::theLogOfATrialOnAnotherMachine()
{
    const std::int64_t running = m_store->saveTrial(m_experiment, 4, TrialState::Running);
    m_store->beat(m_experiment, {},
                  SiteLink{SiteLink::State::Connected, {}, currentTime(), {}, currentTime()});
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    m_page->selectTrial(4);
    auto* text = find<QPlainTextEdit>("log");
    auto* folder = find<QLineEdit>("trialFolder");
    QTRY_VERIFY2(folder->text().startsWith(QStringLiteral("juwels:/p/scratch/ada/search.")),
                 qPrintable(folder->text()));
    QVERIFY(folder->text().endsWith(QStringLiteral("/0004")));
    QCOMPARE(text->toPlainText(), QString());
    QCOMPARE(text->placeholderText(), QStringLiteral("It has printed nothing yet."));

    m_store->saveOutput(running, {1, 0, "epoch 1\n 10%\r100%\nepo", currentTime()});
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nepo"));
    m_store->saveOutput(running, {1, 8, " 10%\r100%\nepoch 2\n", currentTime()});
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nepoch 2\n"));
    m_store->saveOutput(running, {1, 1000, "ch 89\nepoch 90\n", currentTime()}); // much came at once
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 90\n"));
    m_store->saveOutput(running, {2, 0, "begins\n", currentTime()});
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("begins\n"));
    QTRY_COMPARE(find<QLabel>("logAge")->text(), QStringLiteral("of attempt 2"));

    m_page->selectTrial(0);
    QTRY_COMPARE(text->toPlainText(), QString());
}

void TestMonitorLog::tellsWhatItsCheckpointTakes()
{
    m_store->saveTrial(m_experiment, 4, TrialState::Completed, 0.5);
    m_store->measure(m_experiment, 4, 3 << 20);
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    m_page->selectTrial(4);
    auto* checkpoint = find<QLabel>("trialCheckpoint");
    QTRY_COMPARE(checkpoint->text(), QStringLiteral("checkpoint 3.0 MiB"));
    QVERIFY(checkpoint->isVisible());
    m_store->measure(m_experiment, 4, 0, true);
    QTRY_COMPARE(checkpoint->text(), QStringLiteral("checkpoint deleted: nothing could need it"));
    m_page->selectTrial(0);
    QTRY_VERIFY(!checkpoint->isVisible());
}

void TestMonitorLog::saysHowOldALogIs()
{
    const std::int64_t running = m_store->saveTrial(m_experiment, 4, TrialState::Running);
    SiteLink link{SiteLink::State::Connected, {}, currentTime(), {}, currentTime()};
    m_store->beat(m_experiment, {}, link);
    m_store->saveOutput(running, {1, 0, "epoch 1\n", currentTime()});
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    m_page->selectTrial(4);
    auto* age = find<QLabel>("logAge");
    QTRY_VERIFY(!find<QPlainTextEdit>("log")->toPlainText().isEmpty());
    QVERIFY(age->isHidden());

    link.state = SiteLink::State::Lost;
    m_store->beat(m_experiment, {}, link);
    QTRY_VERIFY2(age->text().endsWith(QStringLiteral(", the link is lost")), qPrintable(age->text()));
    QVERIFY(age->text().startsWith(QStringLiteral("as of ")));
    link.state = SiteLink::State::NeedsPerson;
    m_store->beat(m_experiment, {}, link);
    QTRY_VERIFY(age->text().endsWith(QStringLiteral(", the site needs you")));
    m_store->beat(m_experiment, std::chrono::minutes(3), link);
    QTRY_VERIFY(age->text().endsWith(QStringLiteral(", no driver runs")));

    // What was read as it ended is all that there is.
    const TimePoint finished = m_store->finish(m_experiment, 4, TrialState::Failed);
    m_store->saveOutput(running, {1, 0, "epoch 1\nno such file\n", finished});
    QTRY_VERIFY(find<QPlainTextEdit>("log")->toPlainText().contains(QStringLiteral("no such file")));
    QTRY_VERIFY(age->isHidden());
    m_page->selectTrial(0); // of which nothing was read
    QTRY_COMPARE(find<QPlainTextEdit>("log")->placeholderText(),
                 QStringLiteral("It was not read yet: no driver runs."));
}

void TestMonitorLog::watchesWhileItIsSeen()
{
    QTRY_COMPARE(m_store->watches(m_experiment).size(), std::size_t{1});
    QCOMPARE(m_store->watches(m_experiment).front().trial, -1);
    m_page->selectTrial(2);
    QTRY_COMPARE(m_store->watches(m_experiment).front().trial, 2);
    const TimePoint until = m_store->watches(m_experiment).front().until;
    QTRY_VERIFY_WITH_TIMEOUT(m_store->watches(m_experiment).front().until > until, 30'000);

    m_page->hide();
    QTRY_VERIFY(m_store->watches(m_experiment).empty());
    m_page->show();
    QTRY_COMPARE(m_store->watches(m_experiment).size(), std::size_t{1});
    m_page->showMinimized();
    QTRY_VERIFY(m_store->watches(m_experiment).empty());
    m_page->showNormal();
    QTRY_COMPARE(m_store->watches(m_experiment).size(), std::size_t{1});

    const std::int64_t other = m_store->addExperiment("other");
    show(other);
    QTRY_COMPARE(m_store->watches(other).size(), std::size_t{1});
    QVERIFY(m_store->watches(m_experiment).empty());
    m_page.reset();
    m_client.reset();
    QVERIFY(m_store->watches(other).empty());
}

WIDTHWISE_UI_TEST_MAIN(TestMonitorLog)
#include "tst_monitor_log.moc"
