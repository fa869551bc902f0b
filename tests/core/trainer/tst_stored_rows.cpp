// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/jet_layout.h"
#include "core/trainer/data/hdf5_handle.h"
#include "core/trainer/data/hdf5_writer.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "tests/core/trainer/stored_datasets.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace widthwise::trainer;

/// What HDF5 reads as zeros without a word.
class TestStoredRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        prepareHdf5();
        writeSimulation({.path = path("sound.h5"), .jets = jetCount, .seed = 3});
        m_rows.emplace_back(path("sound.h5"), jetsDataset);
        m_rows.emplace_back(path("sound.h5"), "tracks");
        m_expected = read("sound.h5");
        make("whole.h5", whole, whole);
        for (const hsize_t part : {0, 1}) {
            const Maker maker = [part](hid_t file, const Rows& rows) {
                Hdf5Handle dataset = rows.create(file, half, H5P_DEFAULT);
                rows.write(dataset.get(), half, 0, half, part * half);
                return dataset;
            };
            make(part == 0 ? "a.h5" : "b.h5", maker, maker);
            make(
                part == 0 ? "even.h5" : "odd.h5",
                [part](hid_t file, const Rows& rows) { return everySecond(file, rows, part); },
                [part](hid_t file, const Rows& rows) { return everySecond(file, rows, part); });
        }
        for (const Rows& rows : m_rows) {
            writeRaw(rows, "-a.raw", QByteArray(16, 'x'), 0, half);
            writeRaw(rows, "-b.raw", {}, half, half);
        }
    }

    void whatIsThereIsRead_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"contiguous", "chunked", "gzip", "external", "virtual", "in turn", "nested",
                                 "virtual of external", "one file"}) {
            QTest::newRow(kind) << QString::fromUtf8(kind);
        }
    }

    void whatIsThereIsRead()
    {
        QFETCH(QString, kind);
        const Maker maker = makers(kind);
        make("there.h5", maker, maker);
        const QString elsewhere = QDir::currentPath(); // not where the files are
        QVERIFY(elsewhere != m_folder.path());
        const JetSample sample = read("there.h5");
        QCOMPARE(sample.jets, m_expected.jets);
        QCOMPARE(sample.tracks, m_expected.tracks);
        QCOMPARE(sample.labels, m_expected.labels);
    }

    void whatIsMissingIsRefused_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* kind, const char* message) {
            QTest::newRow(kind) << QString::fromUtf8(kind) << QByteArray(message);
        };
        row("nothing written", "dataset \"%1\" was never written at rows 0 to 499");
        row("no chunk", "dataset \"%1\" was never written at rows 0 to 499");
        row("chunks at the end", "dataset \"%1\" was never written at rows 300 to 499");
        row("chunks at the beginning", "dataset \"%1\" was never written at rows 0 to 199");
        row("gzip chunks at the end", "dataset \"%1\" was never written at rows 300 to 499");
        row("missing external", "dataset \"%1\" lies in the file @/gone.raw: No such file or directory");
        row("short external",
            "dataset \"%1\" lies in the file @/short.raw, which is too short: it has 100 of ");
        row("missing source",
            "dataset \"%1\" takes rows from dataset \"%1\" of gone.h5: there is no such file in @");
        row("missing absolute source",
            "dataset \"%1\" takes rows from dataset \"%1\" of /nowhere/gone.h5: there is no such file");
        row("source without the dataset", "of empty.h5: @/empty.h5: there is no dataset \"%1\"");
        row("short source", "of quarter.h5: it has 125 rows of ");
        row("source without a field", "of other.h5: it has no field");
        row("source never written",
            "of never.h5: @/never.h5: dataset \"%1\" was never written at rows 0 to 249");
        row("source that is no HDF5", "of text.h5: @/text.h5: not an HDF5 file");
        row("nested and missing",
            "of inner.h5: @/inner.h5: dataset \"%1\" takes rows from dataset \"%1\" of gone.h5: ");
        row("rows from nowhere", "dataset \"%1\" is virtual, and its rows 250 to 499 come from no file");
        row("unlimited", "how many is left open there (an unlimited mapping), which is not read");
        row("of itself", "go deeper than 8, or one leads to itself");
        row("external link", "dataset \"%1\" is a link to %1 of the file gone.h5, which cannot be opened");
    }

    void whatIsMissingIsRefused()
    {
        QFETCH(QString, kind);
        QFETCH(QByteArray, message);
        const Maker maker = makers(kind);
        for (const bool ofJets : {true, false}) {
            make("gaps.h5", ofJets ? maker : Maker(whole), ofJets ? Maker(whole) : maker);
            QByteArray expected = message;
            expected.replace("%1", ofJets ? "jets" : "tracks").replace("@", m_folder.path().toUtf8());
            const QByteArray refusal = refusalOf("gaps.h5");
            QVERIFY2(refusal.startsWith(m_folder.filePath(QStringLiteral("gaps.h5")).toUtf8()),
                     refusal.constData());
            QVERIFY2(refusal.contains(expected), refusal.constData());
        }
    }

    /// The jets of a file that is still being made can be used as far as they go.
    void rowsThatAreNotUsedAreNotAskedFor()
    {
        const Maker maker = makers(QStringLiteral("chunks at the end"));
        make("gaps.h5", maker, maker);
        QCOMPARE(read("gaps.h5", 0, 300).size(), std::size_t{300});
        QVERIFY(refusalOf("gaps.h5", 299, 2).contains("rows 300 to 300"));
    }

    void aFileOfFullLengthThatWasNotFilledIsSeen()
    {
        const auto halfWritten = [](hid_t file, const Rows& rows) {
            Hdf5Handle dataset = rows.create(file, jetCount, H5P_DEFAULT);
            rows.write(dataset.get(), jetCount, 0, half, 0);
            return dataset;
        };
        make("half.h5", halfWritten, whole);
        QVERIFY(refusalOf("half.h5").contains(
            "dataset \"jets\" was never written at rows 250 to 499, where all is the fill value"));
        make("half.h5", whole, halfWritten);
        QCOMPARE(read("half.h5", 0, half).size(), std::size_t{half});
        QVERIFY(refusalOf("half.h5", half, half).contains("has no valid track in rows 250 to 499"));
    }

    void filesThatCannotBeOpenedSayWhy()
    {
        QFile::copy(m_folder.filePath(QStringLiteral("sound.h5")),
                    m_folder.filePath(QStringLiteral("locked.h5")));
        const int writer = open(path("locked.h5").c_str(), O_RDWR | O_CLOEXEC);
        QCOMPARE(flock(writer, LOCK_EX), 0);
        const QByteArray locked = refusalOf("locked.h5");
        QVERIFY2(locked.contains("locked.h5: another program has it open for writing: wait"),
                 locked.constData());
        QVERIFY2(locked.contains("HDF5_USE_FILE_LOCKING=FALSE"), locked.constData());
        close(writer);
        QCOMPARE(read("locked.h5").size(), std::size_t{jetCount});

        QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("folder.h5")));
        QVERIFY(refusalOf("folder.h5").contains("folder.h5: is a folder"));
        if (geteuid() != 0) {
            QFile(m_folder.filePath(QStringLiteral("locked.h5"))).setPermissions({});
            QVERIFY(refusalOf("locked.h5").endsWith("Permission denied"));
        }
    }

    /// As a program leaves it that was killed while it wrote.
    void aFileThatNobodyClosedSaysSo()
    {
        const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
        H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
        {
            const Hdf5Handle file(
                H5Fcreate(path("open.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose);
            H5Fflush(file.get(), H5F_SCOPE_GLOBAL);
            QFile::copy(m_folder.filePath(QStringLiteral("open.h5")),
                        m_folder.filePath(QStringLiteral("killed.h5")));
        }
        QVERIFY2(refusalOf("killed.h5")
                     .contains("ended before it closed it: wait, or clear the mark with h5clear"),
                 refusalOf("killed.h5").constData());
    }

private:
    static Hdf5Handle everySecond(hid_t file, const Rows& rows, hsize_t first)
    {
        Hdf5Handle dataset = rows.create(file, half, H5P_DEFAULT);
        for (hsize_t row = 0; row < half; ++row) {
            rows.write(dataset.get(), half, row, 1, 2 * row + first);
        }
        return dataset;
    }

    std::string path(const char* name) const { return m_folder.path().toStdString() + "/" + name; }

    void writeRaw(const Rows& rows, const char* suffix, const QByteArray& before, hsize_t first,
                  hsize_t count)
    {
        QFile file(m_folder.filePath(QString::fromUtf8(rows.name) + QString::fromUtf8(suffix)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(before);
        file.write(&rows.bytes[first * rows.rowBytes], static_cast<qint64>(count * rows.rowBytes));
    }

    void make(const char* name, const Maker& jets, const Maker& tracks)
    {
        const Hdf5Handle file(H5Fcreate(path(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                              H5Fclose);
        const Hdf5Handle ofJets = jets(file.get(), m_rows[0]);
        if (ofJets) {
            writeTexts(ofJets.get(), flavourLabelField, m_expected.classes);
        }
        const Hdf5Handle ofTracks = tracks(file.get(), m_rows[1]);
    }

    JetSample read(const char* name, std::size_t first = 0, std::size_t count = jetCount) const
    {
        return readJets({.path = path(name),
                         .jetVariables = {"pt_btagJes"},
                         .trackVariables = {"d0", "numberOfPixelHits"},
                         .classes = {},
                         .first = first,
                         .count = count});
    }

    QByteArray refusalOf(const char* name, std::size_t first = 0, std::size_t count = jetCount) const
    {
        try {
            read(name, first, count);
        } catch (const InputError& error) {
            return error.what();
        }
        return "accepted";
    }

    static Maker ofParts(const char* first, const char* second, hsize_t step = 1)
    {
        return [=](hid_t file, const Rows& rows) { return virtually(file, rows, first, second, step); };
    }

    static Maker ofChunks(hsize_t first, hsize_t count, bool gzip)
    {
        return [=](hid_t file, const Rows& rows) { return chunked(file, rows, first, count, gzip); };
    }

    static Maker ofRaw(const char* name, hsize_t bytes)
    {
        return [=](hid_t file, const Rows& rows) {
            const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
            H5Pset_external(properties.get(), name, 0, bytes);
            return rows.create(file, jetCount, properties.get());
        };
    }

    Maker makers(const QString& kind)
    {
        const auto is = [&](const char* name) { return kind == QString::fromUtf8(name); };
        if (is("contiguous")) {
            return whole;
        }
        if (is("chunked") || is("gzip")) {
            return ofChunks(0, jetCount, is("gzip"));
        }
        if (is("external")) {
            return external;
        }
        if (is("virtual")) {
            return ofParts("a.h5", "b.h5");
        }
        if (is("in turn")) {
            return ofParts("even.h5", "odd.h5", 2);
        }
        if (is("nested")) {
            make("inner.h5", ofParts("a.h5", "b.h5"), ofParts("a.h5", "b.h5"));
            return ofWhole("inner.h5");
        }
        if (is("virtual of external")) {
            make("inner.h5", external, external);
            return ofWhole("inner.h5");
        }
        if (is("one file")) {
            return ofWhole(m_folder.filePath(QStringLiteral("whole.h5")).toUtf8());
        }
        return incomplete(kind);
    }

    static Maker ofWhole(const QByteArray& source)
    {
        return [=](hid_t file, const Rows& rows) {
            const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
            const Hdf5Handle space = rows.space(jetCount);
            H5Pset_virtual(properties.get(), space.get(), source.constData(), rows.name, space.get());
            return rows.create(file, jetCount, properties.get());
        };
    }

    Maker incomplete(const QString& kind)
    {
        const auto is = [&](const char* name) { return kind == QString::fromUtf8(name); };
        const Maker unwritten = [](hid_t file, const Rows& rows) {
            return rows.create(file, jetCount, H5P_DEFAULT);
        };
        if (is("nothing written")) {
            return unwritten;
        }
        if (is("no chunk")) {
            return ofChunks(0, 0, false);
        }
        if (is("chunks at the end") || is("gzip chunks at the end")) {
            return ofChunks(0, 300, is("gzip chunks at the end"));
        }
        if (is("chunks at the beginning")) {
            return ofChunks(200, 300, false);
        }
        if (is("missing external")) {
            return ofRaw("gone.raw", H5F_UNLIMITED);
        }
        if (is("short external")) {
            QFile file(m_folder.filePath(QStringLiteral("short.raw")));
            const bool written = file.open(QIODevice::WriteOnly) && file.write(QByteArray(100, 'x')) == 100;
            return ofRaw(written ? "short.raw" : "", H5F_UNLIMITED);
        }
        return incompleteSource(kind);
    }

    Maker incompleteSource(const QString& kind)
    {
        const auto is = [&](const char* name) { return kind == QString::fromUtf8(name); };
        if (is("missing source")) {
            return ofParts("a.h5", "gone.h5");
        }
        if (is("missing absolute source")) {
            return ofParts("/nowhere/gone.h5", "b.h5");
        }
        if (is("source without the dataset")) {
            const Maker nothing = [](hid_t, const Rows&) { return Hdf5Handle(); };
            make("empty.h5", nothing, nothing);
            return ofParts("a.h5", "empty.h5");
        }
        if (is("short source")) {
            const Maker quarter = [](hid_t file, const Rows& rows) {
                Hdf5Handle dataset = rows.create(file, half / 2, H5P_DEFAULT);
                rows.write(dataset.get(), half / 2, 0, half / 2, 0);
                return dataset;
            };
            make("quarter.h5", quarter, quarter);
            return ofParts("quarter.h5", "b.h5");
        }
        if (is("source without a field")) {
            const Maker other = [](hid_t file, const Rows& rows) {
                const Hdf5Handle type(H5Tcreate(H5T_COMPOUND, 4), H5Tclose);
                H5Tinsert(type.get(), "pt_btagJes", 0, H5T_NATIVE_FLOAT);
                const Hdf5Handle space = rows.space(half);
                return Hdf5Handle(H5Dcreate2(file, rows.name, type.get(), space.get(), H5P_DEFAULT,
                                             H5P_DEFAULT, H5P_DEFAULT),
                                  H5Dclose);
            };
            make("other.h5", other, other);
            return ofParts("a.h5", "other.h5");
        }
        if (is("source never written")) {
            const Maker never = [](hid_t file, const Rows& rows) {
                return rows.create(file, half, H5P_DEFAULT);
            };
            make("never.h5", never, never);
            return ofParts("a.h5", "never.h5");
        }
        if (is("source that is no HDF5")) {
            QFile file(m_folder.filePath(QStringLiteral("text.h5")));
            if (file.open(QIODevice::WriteOnly)) {
                file.write("no jets here\n");
            }
            return ofParts("a.h5", "text.h5");
        }
        if (is("nested and missing")) {
            make("inner.h5", ofParts("a.h5", "gone.h5"), ofParts("a.h5", "gone.h5"));
            return ofWhole("inner.h5");
        }
        if (is("rows from nowhere")) {
            return [](hid_t file, const Rows& rows) {
                const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
                const Hdf5Handle from = rows.space(half);
                const Hdf5Handle to = rows.selection(jetCount, 0, half);
                H5Pset_virtual(properties.get(), to.get(), "a.h5", rows.name, from.get());
                return rows.create(file, jetCount, properties.get());
            };
        }
        if (is("of itself")) {
            return ofWhole("gaps.h5");
        }
        if (is("external link")) {
            return [](hid_t file, const Rows& rows) {
                H5Lcreate_external("gone.h5", rows.name, file, rows.name, H5P_DEFAULT, H5P_DEFAULT);
                return Hdf5Handle();
            };
        }
        return unlimited;
    }

    QTemporaryDir m_folder;
    std::vector<Rows> m_rows; ///< and tracks
    JetSample m_expected;
};

QTEST_GUILESS_MAIN(TestStoredRows)
#include "tst_stored_rows.moc"
