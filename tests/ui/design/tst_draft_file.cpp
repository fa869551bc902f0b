// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/design/sample_text.h"
#include "ui/design/draft_file.h"
#include "ui/design/experiment_document.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

using State = DraftFile::State;

QString readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

void writeFile(const QString& path, const QString& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.toUtf8());
}

/// As editors do: a new file takes the place of the old one.
void replaceFile(const QString& path, const QString& text)
{
    writeFile(path + u'~', text);
    QVERIFY(QFile::remove(path));
    QVERIFY(QFile::rename(path + u'~', path));
}

/// A draft that was read from a file.
struct Fixture {
    Fixture()
    {
        writeFile(path, sampleText());
        document.load(sampleText());
        file.show(7, ExperimentSourceFile{path.toStdString(), sampleText().toStdString()});
    }
    QString edited() const
    {
        return QString(sampleText()).replace(QStringLiteral("seed: 3"), QStringLiteral("seed: 4"));
    }
    void edit() { document.replaceText(edited(), QStringLiteral("edit")); }

    QTemporaryDir folder;
    QString path = folder.filePath(QStringLiteral("search.yaml"));
    ExperimentDocument document;
    DraftFile file{document};
};

} // namespace

class TestDraftFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDraftOfTheStoreHasNone()
    {
        Fixture f;
        f.file.show(8, std::nullopt);
        QVERIFY(f.file.state() == State::None && f.file.path().isEmpty());
        f.edit();
        QVERIFY(f.file.state() == State::None);
        QCOMPARE(readAll(f.path), sampleText());
    }

    void editsGoIntoTheFileWhenAPersonSaves()
    {
        Fixture f;
        QVERIFY(f.file.state() == State::Saved);
        f.edit();
        QVERIFY(f.file.state() == State::Behind);
        QCOMPARE(readAll(f.path), sampleText());
        const QSignalSpy told(&f.file, &DraftFile::fileChanged);
        QCOMPARE(f.file.save(), QString());
        QVERIFY(f.file.state() == State::Saved);
        QCOMPARE(readAll(f.path), f.edited());
        QCOMPARE(told.size(), 1);
        QCOMPARE(told[0][0].toLongLong(), 7);
        f.document.history().undo();
        QVERIFY(f.file.state() == State::Behind);
    }

    /// In the file's place or as a new file; what another program wrote is never written over unasked.
    void aChangeOnDiskIsNoticed_data()
    {
        QTest::addColumn<bool>("replaced");
        QTest::addColumn<bool>("edited");
        QTest::newRow("written") << false << false;
        QTest::newRow("replaced") << true << false;
        QTest::newRow("written, and edited here") << false << true;
        QTest::newRow("replaced, and edited here") << true << true;
    }
    void aChangeOnDiskIsNoticed()
    {
        QFETCH(bool, replaced);
        QFETCH(bool, edited);
        Fixture f;
        if (edited)
            f.edit();
        const QString mine = f.document.text();
        const QString theirs = sampleText() + QStringLiteral("# theirs\n");
        replaced ? replaceFile(f.path, theirs) : writeFile(f.path, theirs);
        QTRY_VERIFY(f.file.state() == State::Changed);
        QVERIFY(f.file.save().contains(QStringLiteral("was changed by another program")));
        QCOMPARE(readAll(f.path), theirs);

        f.file.reload();
        QCOMPARE(f.document.text(), theirs);
        QVERIFY(f.file.state() == State::Saved);
        f.document.history().undo();
        QCOMPARE(f.document.text(), mine);
        QVERIFY(f.file.state() == State::Behind);
    }

    void theDraftMayStayAsItIs()
    {
        Fixture f;
        f.edit();
        writeFile(f.path, QStringLiteral("theirs"));
        QTRY_VERIFY(f.file.state() == State::Changed);
        f.file.keepMine();
        QVERIFY(f.file.state() == State::Behind);
        QCOMPARE(readAll(f.path), QStringLiteral("theirs"));
        QCOMPARE(f.file.save(), QString());
        QCOMPARE(readAll(f.path), f.edited());
        writeFile(f.path, QStringLiteral("theirs again"));
        QTRY_VERIFY(f.file.state() == State::Changed);
    }

    /// Also one that came while nobody watched, as between two starts of the desktop.
    void aChangeBeforeTheStartIsNoticed()
    {
        Fixture f;
        writeFile(f.path, QStringLiteral("theirs"));
        f.file.show(8, std::nullopt);
        f.file.show(7, ExperimentSourceFile{f.path.toStdString(), sampleText().toStdString()});
        QVERIFY(f.file.state() == State::Changed);
    }

    void theSameTextIsNoConflict()
    {
        Fixture f;
        f.edit();
        replaceFile(f.path, f.edited());
        QTRY_VERIFY(f.file.state() == State::Saved);
        f.document.history().undo();
        QVERIFY(f.file.state() == State::Behind);
        writeFile(f.path, f.edited().replace(u'\n', QStringLiteral("\r\n")));
        f.document.history().redo();
        QTRY_VERIFY(f.file.state() == State::Saved); // line ends are not what it says
        f.document.history().undo();
        QCOMPARE(f.file.save(), QString());
        QCOMPARE(readAll(f.path), sampleText().replace(u'\n', QStringLiteral("\r\n"))); // and they stay
    }

    void aMissingFileIsWrittenAgain()
    {
        Fixture f;
        QVERIFY(QFile::remove(f.path));
        QTRY_VERIFY(f.file.state() == State::Missing);
        f.file.reload();
        QCOMPARE(f.document.text(), sampleText());
        QCOMPARE(f.file.save(), QString());
        QVERIFY(f.file.state() == State::Saved);
        QCOMPARE(readAll(f.path), sampleText());
    }

    void saveAsMakesAnotherFileItsOwn()
    {
        Fixture f;
        f.edit();
        const QString other = f.folder.filePath(QStringLiteral("other.yaml"));
        QCOMPARE(f.file.saveAs(other), QString());
        QCOMPARE(f.file.path(), other);
        QVERIFY(f.file.state() == State::Saved);
        QCOMPARE(readAll(f.path), sampleText());
        f.file.show(7,
                    ExperimentSourceFile{f.path.toStdString(), sampleText().toStdString()}); // the store lags
        QCOMPARE(f.file.path(), other);

        const QString nowhere = f.folder.filePath(QStringLiteral("no/folder/x.yaml"));
        const QString problem = f.file.saveAs(nowhere);
        QVERIFY2(problem.contains(nowhere), qPrintable(problem));
        QCOMPARE(f.file.path(), other);
    }
};

QTEST_GUILESS_MAIN(TestDraftFile)
#include "tst_draft_file.moc"
