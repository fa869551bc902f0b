// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exports/exports.h"
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/export/export_page.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "core/experiment/experiment_file.h"

#include <sys/stat.h>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

struct Fixture {
    Fixture()
    {
        record = store.find(store.addExperiment("search"));
        page.resize(900, 600);
        page.show();
        page.showExperiment(record);
        client.follow(record.id);
        text = page.findChild<QPlainTextEdit*>();
        for (QComboBox* combo : page.findChildren<QComboBox*>())
            (combo->accessibleName() == QStringLiteral("Format") ? format : trial) = combo;
    }

    QString expected(int number, ExportFormat form)
    {
        Database database(store.file().toStdString());
        const Trial exported = Trials(database).find(record.id, number)->trial;
        return QString::fromStdString(exportTrial(experimentOf(record), exported, form));
    }
    QString said() const
    {
        QString all;
        for (const QLabel* label : page.findChildren<QLabel*>())
            if (label->isVisible())
                all += label->text() + u'\n';
        return all;
    }
    void press(const char* label) const
    {
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->text().contains(QString::fromUtf8(label)))
                button->click();
    }

    TestStore store;
    ExperimentRecord record;
    StoreClient client{store.file()};
    ExportPage page{client};
    QPlainTextEdit* text = nullptr;
    QComboBox* trial = nullptr;
    QComboBox* format = nullptr;
};

void pick(QComboBox& combo, int index)
{
    combo.setCurrentIndex(index);
    Q_EMIT combo.activated(index);
}

} // namespace

class TestExportPage : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void saysWhyThereIsNothing()
    {
        Fixture f;
        QTRY_VERIFY(f.said().contains(QStringLiteral("no trials yet")));
        f.store.saveTrial(f.record.id, 0, TrialState::Running);
        QTRY_VERIFY(f.said().contains(QStringLiteral("None of its trials")));
        f.page.showExperiment({});
        QTRY_VERIFY(f.said().contains(QStringLiteral("No experiment is chosen")));
        f.record.yaml = "name: [";
        f.page.showExperiment(f.record);
        QTRY_VERIFY(f.said().contains(QStringLiteral("has a problem")));
    }

    void theBestTrialInEveryFormat()
    {
        Fixture f;
        f.store.saveTrial(f.record.id, 0, TrialState::Completed, 0.5);
        f.store.saveTrial(f.record.id, 1, TrialState::Completed, 0.3);
        f.store.saveTrial(f.record.id, 2, TrialState::Completed, 0.4);
        QTRY_COMPARE(f.text->toPlainText(), f.expected(1, ExportFormat::Yaml));
        pick(*f.format, 1);
        QCOMPARE(f.text->toPlainText(), f.expected(1, ExportFormat::Json));
        pick(*f.format, 2);
        QCOMPARE(f.text->toPlainText(), f.expected(1, ExportFormat::CommandLine));
        f.store.saveTrial(f.record.id, 3, TrialState::Completed, 0.1);
        QTRY_COMPARE(f.text->toPlainText(), f.expected(3, ExportFormat::CommandLine));
    }

    void aTrialThatFailedOrDivergedIsNeverExported()
    {
        Fixture f;
        f.store.saveTrial(f.record.id, 0, TrialState::Diverged, 0.01);
        f.store.saveTrial(f.record.id, 1, TrialState::Failed, 0.02);
        QTRY_VERIFY(f.said().contains(QStringLiteral("None of its trials")));
        f.store.saveTrial(f.record.id, 2, TrialState::Completed, 0.5);
        f.store.saveTrial(f.record.id, 3, TrialState::Completed, 0.6);
        QTRY_COMPARE(f.trial->count(), 3);
        QCOMPARE(f.text->toPlainText(), f.expected(2, ExportFormat::Yaml));
        f.page.selectTrial(0);
        QCOMPARE(f.text->toPlainText(), f.expected(2, ExportFormat::Yaml));
        f.page.selectTrial(3);
        QCOMPARE(f.text->toPlainText(), f.expected(3, ExportFormat::Yaml));
        f.store.saveTrial(f.record.id, 3, TrialState::Diverged, 0.6); // it was retried, and is chosen
        QTRY_COMPARE(f.text->toPlainText(), f.expected(2, ExportFormat::Yaml));
    }

    void carriesTheNameInTheStore()
    {
        Fixture f;
        f.store.saveTrial(f.record.id, 0, TrialState::Completed, 0.5);
        QTRY_VERIFY(f.text->toPlainText().contains(QStringLiteral("experiment: search")));
    }

    void followsTheSelection()
    {
        Fixture f;
        f.store.saveTrial(f.record.id, 0, TrialState::Completed, 0.5);
        f.store.saveTrial(f.record.id, 1, TrialState::Completed, 0.3);
        QTRY_COMPARE(f.trial->count(), 3);
        f.page.selectTrial(0);
        QCOMPARE(f.text->toPlainText(), f.expected(0, ExportFormat::Yaml));
        QCOMPARE(f.trial->currentData().toInt(), 0);
        f.page.selectTrial(-1);
        QCOMPARE(f.text->toPlainText(), f.expected(1, ExportFormat::Yaml));
        QSignalSpy selected(&f.page, &Page::trialSelected);
        pick(*f.trial, 1);
        QCOMPARE(selected.first().first().toInt(), 0);
    }

    void isCopiedAndSaved()
    {
        Fixture f;
        f.store.saveTrial(f.record.id, 0, TrialState::Completed, 0.5);
        QTRY_VERIFY(!f.text->toPlainText().isEmpty());
        f.press("Copy");
        QCOMPARE(QApplication::clipboard()->text(), f.expected(0, ExportFormat::Yaml));

        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("best.yaml"));
        f.press("ave as");
        auto* dialog = f.page.findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->selectedFiles().isEmpty());
        QVERIFY(dialog->selectedFiles().first().endsWith(QStringLiteral("search-trial-0.yaml")));
        Q_EMIT dialog->fileSelected(path);
        dialog->close();
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), f.expected(0, ExportFormat::Yaml));

        f.press("ave as");
        Q_EMIT f.page.findChild<QFileDialog*>()->fileSelected(QStringLiteral("/nowhere/best.yaml"));
        QVERIFY2(f.said().contains(QStringLiteral("not saved")), qPrintable(f.said()));
    }

    void theStoreIsNotWrittenOver()
    {
        Fixture f;
        f.store.saveTrial(f.record.id, 0, TrialState::Completed, 0.5);
        QTRY_VERIFY(!f.text->toPlainText().isEmpty());
        for (const char* suffix : {"", "-wal", "-shm"}) {
            const QString path = f.store.file() + QString::fromLatin1(suffix);
            struct stat before {};
            QCOMPARE(::stat(QFile::encodeName(path).constData(), &before), 0);
            f.press("ave as");
            auto* dialog = f.page.findChild<QFileDialog*>();
            Q_EMIT dialog->fileSelected(path);
            delete dialog;
            QVERIFY2(f.said().contains(QStringLiteral("was not written over")), qPrintable(f.said()));
            struct stat after {};
            QCOMPARE(::stat(QFile::encodeName(path).constData(), &after), 0);
            QCOMPARE(after.st_ino, before.st_ino);
            QCOMPARE(after.st_size, before.st_size);
        }
    }
};

WIDTHWISE_UI_TEST_MAIN(TestExportPage)
#include "tst_export_page.moc"
