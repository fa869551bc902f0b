// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/hdf5_writer.h"
#include "core/trainer/error.h"
#include "core/trainer/families/events/event_file.h"
#include "core/trainer/families/events/event_jets.h"
#include "core/trainer/families/events/event_writer.h"
#include "core/trainer/families/events/flow_rules.h"
#include "core/trainer/families/events/toy_event.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <functional>
#include <limits>
#include <numeric>

using namespace widthwise::trainer;

namespace {

constexpr std::uint64_t eventCount = 300; // with some 6500 elements: more than one chunk

using Edit = std::function<void(hid_t file)>;
using Words = std::vector<std::string>;

/// Writes `value` into one place of a dataset of numbers.
Edit put(const char* name, hsize_t row, hsize_t column, double value)
{
    return [=](hid_t file) {
        const Hdf5Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
        const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose);
        const std::array<hsize_t, 2> place{row, column};
        H5Sselect_elements(space.get(), H5S_SELECT_SET, 1, place.data());
        const Hdf5Handle one(H5Screate(H5S_SCALAR), H5Sclose);
        H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, one.get(), space.get(), H5P_DEFAULT, &value);
    };
}

Edit without(const char* name)
{
    return [=](hid_t file) { H5Ldelete(file, name, H5P_DEFAULT); };
}

Edit withoutAttribute(const char* name)
{
    return [=](hid_t file) { H5Adelete(file, name); };
}

Edit withTexts(const char* name, std::vector<std::string> texts)
{
    return [=](hid_t file) {
        H5Adelete(file, name);
        writeTexts(file, name, texts);
    };
}

std::vector<std::string> replaced(std::span<const std::string_view> names, std::string_view name,
                                  const char* by)
{
    std::vector<std::string> texts(names.begin(), names.end());
    std::ranges::replace(texts, name, std::string(by));
    return texts;
}

/// A dataset of the same name with `rows` rows of `columns` numbers, nothing of which is written.
Edit emptied(const char* name, hsize_t rows, hsize_t columns, bool inChunks)
{
    return [=](hid_t file) {
        H5Ldelete(file, name, H5P_DEFAULT);
        const std::array<hsize_t, 2> size{rows, columns};
        const std::array<hsize_t, 2> chunk{100, columns};
        const Hdf5Handle space(H5Screate_simple(2, size.data(), nullptr), H5Sclose);
        const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        if (inChunks) {
            H5Pset_chunk(properties.get(), 2, chunk.data());
        }
        const Hdf5Handle dataset(
            H5Dcreate2(file, name, H5T_NATIVE_FLOAT, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
            H5Dclose);
    };
}

EventSample readAll(const std::string& path)
{
    const EventFile file(path);
    return file.read(0, file.size());
}

/// What is said of a file that cannot be used.
std::string complaint(const std::string& path)
{
    try {
        readAll(path);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

class TestEventFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_path = m_folder.filePath(QStringLiteral("events.h5")).toStdString();
        writeToyEvents({.path = m_path, .events = eventCount, .seed = 4, .preset = ToyPreset::Small});
        m_whole = readAll(m_path);
        m_rows = static_cast<hsize_t>(m_whole.offsets.back());
    }

    void whatWasSimulatedIsRead()
    {
        QCOMPARE(m_whole.size(), std::size_t{eventCount});
        const EventFile file(m_path);
        QVERIFY(file.isToy());
        QCOMPARE(file.field(), 2.0);
        for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{7}, eventCount - 1}) {
            const ToyEvent event = simulateToyEvent(ToyPreset::Small, 4, index);
            const EventSample read = file.read(index, 1);
            QVERIFY(read.elements == event.elements);
            QVERIFY(read.targets == event.targets);
            QVERIFY(read.candidates == reconstructByRules(event.elements, toyDetector(ToyPreset::Small)));
            QCOMPARE(read.met.at(0), static_cast<float>(event.met));
        }
    }

    void theSameSeedGivesTheSameBytes()
    {
        const QString again = m_folder.filePath(QStringLiteral("again.h5"));
        writeToyEvents(
            {.path = again.toStdString(), .events = eventCount, .seed = 4, .preset = ToyPreset::Small});
        QFile one(QString::fromStdString(m_path));
        QFile other(again);
        QVERIFY(one.open(QFile::ReadOnly) && other.open(QFile::ReadOnly));
        QVERIFY(one.readAll() == other.readAll());
    }

    /// Part by part, over the edges of chunks: a file larger than memory.
    void partsAreTheWhole()
    {
        const EventFile file(m_path);
        EventSample joined;
        for (std::size_t first = 0; first < file.size(); first += 37) {
            const EventSample part = file.read(first, std::min<std::size_t>(37, file.size() - first));
            for (std::size_t i = 1; i < part.offsets.size(); ++i) {
                joined.offsets.push_back(joined.offsets.back() + part.offsets[i] - part.offsets[i - 1]);
            }
            std::ranges::copy(part.elements, std::back_inserter(joined.elements));
            std::ranges::copy(part.targets, std::back_inserter(joined.targets));
            std::ranges::copy(part.met, std::back_inserter(joined.met));
        }
        QVERIFY(joined.offsets == m_whole.offsets);
        QVERIFY(joined.elements == m_whole.elements);
        QVERIFY(joined.targets == m_whole.targets);
        QVERIFY(joined.met == m_whole.met);
        QCOMPARE(file.read(5, 0).size(), std::size_t{0});
    }

    void jetsOfAllParticlesAreThere()
    {
        const EventFile file(m_path);
        const EventJets jets = file.readGenJets(0, file.size());
        QCOMPARE(jets.offsets.size(), std::size_t{eventCount + 1});
        std::vector<Momentum> momenta;
        for (const ToyParticle& particle : simulateToyEvent(ToyPreset::Small, 4, 9).particles) {
            momenta.push_back({particle.momentum, particle.energy});
        }
        const auto expected = clusterJets(momenta, jetRadius, lowestJetPt);
        QCOMPARE(jets.offsets[10] - jets.offsets[9], std::ssize(expected));
        QVERIFY(!expected.empty());
        const JetRow& first = jets.jets[static_cast<std::size_t>(jets.offsets[9])];
        QCOMPARE(first[0], static_cast<float>(expected[0].momentum.transverse()));
        QCOMPARE(first[3], static_cast<float>(expected[0].energy));
    }

    /// Columns go by name, numbers by value: another order, further columns and double precision are the
    /// same.
    void columnsGoByName()
    {
        const QString path = m_folder.filePath(QStringLiteral("reordered.h5"));
        QVERIFY(QFile::copy(QString::fromStdString(m_path), path));
        {
            const Hdf5Handle file(H5Fopen(path.toStdString().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
            constexpr hsize_t columns = elementColumnCount + 1;
            std::vector<double> rows(m_rows * columns);
            for (hsize_t i = 0; i < m_rows; ++i) {
                rows[i * columns] = std::numeric_limits<double>::quiet_NaN(); // nobody asks for it
                for (hsize_t k = 0; k < elementColumnCount; ++k) {
                    rows[(i + 1) * columns - 1 - k] = static_cast<double>(m_whole.elements[i][k]);
                }
            }
            H5Ldelete(file.get(), "elements", H5P_DEFAULT);
            const std::array<hsize_t, 2> size{m_rows, columns};
            const Hdf5Handle space(H5Screate_simple(2, size.data(), nullptr), H5Sclose);
            const Hdf5Handle dataset(H5Dcreate2(file.get(), "elements", H5T_IEEE_F64LE, space.get(),
                                                H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                                     H5Dclose);
            H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data());
            const auto turned = [](std::span<const std::string_view> names) {
                std::vector<std::string> texts{"weight"};
                texts.insert(texts.end(), names.rbegin(), names.rend());
                return texts;
            };
            withTexts("element_columns_track", turned(trackColumns))(file.get());
            withTexts("element_columns_cluster", turned(clusterColumns))(file.get());
        }
        QVERIFY(readAll(path.toStdString()).elements == m_whole.elements);
    }

    void badFilesAreRefusedWithThePlace_data()
    {
        QTest::addColumn<Edit>("edit");
        QTest::addColumn<Words>("words");
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const auto add = [](const char* name, const Edit& edit, const Words& words) {
            QTest::newRow(name) << edit << words;
        };
        const auto first = static_cast<hsize_t>(m_whole.offsets[1]); // of the second event: a track
        const auto last = static_cast<hsize_t>(m_whole.offsets[2]) - 1;
        add("no elements", without("elements"), {"no dataset \"elements\""});
        add("no targets", without("targets"), {"no dataset \"targets\""});
        add("no offsets", without("offsets"), {"no dataset \"offsets\""});
        add("no jets' offsets", without("genjet_offsets"), {"no dataset \"genjet_offsets\""});
        add("another format", withoutAttribute("format"), {"\"format\" is missing", "mlpf"});
        add("no version", withoutAttribute("format_version"), {"\"format_version\" is missing"});
        add("no columns", withoutAttribute("element_columns_track"),
            {"element_columns_track", "\"elements\""});
        add("a column is missing",
            withTexts("element_columns_cluster", replaced(clusterColumns, "iTheta", "iTheta_")),
            {"\"elements\"", "no column \"iTheta\"", "nearest is \"iTheta_\""});
        add("a target is missing", withTexts("target_columns", std::vector<std::string>(14, "x")),
            {"\"targets\"", "no column \"class\""});
        add("too few names", withTexts("target_columns", {"class"}),
            {"\"targets\"", "14 columns", "names 1"});
        add("offsets begin late", put("offsets", 0, 0, 1), {"\"offsets\"", "begins with 1"});
        add("offsets fall", put("offsets", 5, 0, 0), {"\"offsets\"", "to 0", "event 4"});
        add("offsets end early", put("offsets", eventCount, 0, double(m_rows) - 1),
            {"\"offsets\"", std::to_string(m_rows) + " rows"});
        add("offsets end late", put("offsets", eventCount, 0, double(m_rows) + 1),
            {"\"offsets\"", "ends with"});
        add("fewer targets", emptied("targets", 7, 14, false), {"\"targets\"", "has 7 rows"});
        add("NaN", put("elements", first, element::Eta, nan),
            {"\"elements\"", "\"eta\"", "nan", "event 1", "write 0"});
        add("infinite", put("elements", last, cluster::Hits, HUGE_VAL), {"\"num_hits\"", "inf", "event 1"});
        add("NaN target", put("targets", first, target::CosPhi, nan), {"\"targets\"", "\"cos_phi\"", "nan"});
        add("NaN candidate", put("candidates", first, target::Pt, nan), {"\"candidates\"", "\"pt\"", "nan"});
        add("another type", put("elements", first, element::Type, 3),
            {"\"type\" is 3", "event 1", "cluster"});
        add("a track behind a cluster", put("elements", last, element::Type, 1),
            {"track behind a cluster", "event 1"});
        add("class 6", put("targets", first, target::Class, 6), {"\"class\" is 6", "event 1", "0 to 5"});
        add("a PDG number", put("targets", first, target::Class, 211), {"\"class\" is 211", "class_pdg"});
        add("class 1.5", put("targets", first, target::Class, 1.5), {"\"class\" is 1.5"});
        add("no energy", put("targets", first, target::Energy, 0),
            {"\"targets\"", "\"energy\" is 0", "positive"});
        add("negative pt", put("targets", first, target::Pt, -1), {"\"pt\" is -1", "event 1"});
        add("element without pt", put("elements", first, element::Pt, 0), {"\"elements\"", "\"pt\" is 0"});
        add("chunks nobody wrote", emptied("elements", m_rows, 17, true),
            {"\"elements\"", "never written", "rows 0"});
        add("nobody wrote it", emptied("targets", m_rows, 14, false), {"\"targets\"", "never written"});
        add("events of another number",
            [](hid_t file) {
                H5Ldelete(file, "events", H5P_DEFAULT);
                const Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(float)), H5Tclose);
                H5Tinsert(type.get(), "genmet", 0, H5T_NATIVE_FLOAT);
                const hsize_t size = 3;
                const Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
                const Hdf5Handle dataset(H5Dcreate2(file, "events", type.get(), space.get(), H5P_DEFAULT,
                                                    H5P_DEFAULT, H5P_DEFAULT),
                                         H5Dclose);
            },
            {"\"events\"", "3 rows"});
        add("texts",
            [](hid_t file) {
                H5Ldelete(file, "elements", H5P_DEFAULT);
                const hsize_t size = 3;
                const Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
                const Hdf5Handle dataset(H5Dcreate2(file, "elements", H5T_C_S1, space.get(), H5P_DEFAULT,
                                                    H5P_DEFAULT, H5P_DEFAULT),
                                         H5Dclose);
            },
            {"\"elements\"", "wrong type"});
    }

    void badFilesAreRefusedWithThePlace()
    {
        QFETCH(Edit, edit);
        QFETCH(Words, words);
        const QString path = m_folder.filePath(QStringLiteral("bad.h5"));
        QFile::remove(path);
        QVERIFY(QFile::copy(QString::fromStdString(m_path), path));
        {
            const Hdf5Handle file(H5Fopen(path.toStdString().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
            QVERIFY(static_cast<bool>(file));
            edit(file.get());
        }
        const std::string said = complaint(path.toStdString());
        QVERIFY2(said.starts_with(path.toStdString()), said.c_str());
        for (const std::string& word : words) {
            QVERIFY2(said.find(word) != std::string::npos, (said + " lacks " + word).c_str());
        }
    }

    void truncatedFilesAreRefused()
    {
        QFile whole(QString::fromStdString(m_path));
        QVERIFY(whole.open(QFile::ReadOnly));
        const QByteArray bytes = whole.readAll();
        for (const double share : {0.0, 0.01, 0.5, 0.99}) {
            const QString path = m_folder.filePath(QStringLiteral("truncated.h5"));
            QFile part(path);
            QVERIFY(part.open(QFile::WriteOnly | QFile::Truncate));
            part.write(bytes.first(static_cast<qsizetype>(share * double(bytes.size()))));
            part.close();
            const std::string said = complaint(path.toStdString());
            QVERIFY2(said.starts_with(path.toStdString()), said.c_str());
        }
    }

    /// All the numbers of a file cut off in the middle are still where they were: that a dataset's chunks are
    /// missing is noticed when they are read, and where they are not asked for nothing is wrong.
    void rowsThatAreThereAreReadFromAnUnfinishedFile()
    {
        const QString path = m_folder.filePath(QStringLiteral("unfinished.h5"));
        QVERIFY(QFile::copy(QString::fromStdString(m_path), path));
        {
            const Hdf5Handle file(H5Fopen(path.toStdString().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
            emptied("elements", m_rows, 17, true)(file.get());
            const Hdf5Handle dataset(H5Dopen2(file.get(), "elements", H5P_DEFAULT), H5Dclose);
            const std::array<hsize_t, 2> size{1000, 17};
            const std::array<hsize_t, 2> start{0, 0};
            const Hdf5Handle memory(H5Screate_simple(2, size.data(), nullptr), H5Sclose);
            const Hdf5Handle there(H5Dget_space(dataset.get()), H5Sclose);
            H5Sselect_hyperslab(there.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr);
            H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, memory.get(), there.get(), H5P_DEFAULT,
                     m_whole.elements.data());
        }
        const EventFile file(path.toStdString());
        QVERIFY(file.read(0, 20).elements.size() > 0);
        try {
            file.read(0, 200);
            QFAIL("rows that nobody wrote");
        } catch (const InputError& error) {
            QVERIFY2(std::string(error.what()).find("rows 1000 to") != std::string::npos, error.what());
        }
    }

    void theProgramSimulatesEvents()
    {
        const std::string path = m_folder.filePath(QStringLiteral("program.h5")).toStdString();
        const auto run = [&](const Words& words) {
            QStringList arguments{QStringLiteral("simulate"), QStringLiteral("--out"),
                                  QString::fromStdString(path)};
            for (const std::string& word : words) {
                arguments.append(QString::fromStdString(word));
            }
            QProcess process;
            const QString program =
                qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise-trainer");
            process.start(program, arguments);
            process.waitForFinished();
            const QByteArray said = process.readAllStandardOutput() + process.readAllStandardError();
            return std::to_string(process.exitCode()) + ": " + said.toStdString();
        };
        const auto says = [&](const Words& words, const std::string& what) {
            const std::string said = run(words);
            if (said.find(what) == std::string::npos) {
                qWarning("%s lacks %s", said.c_str(), what.c_str());
                return false;
            }
            return true;
        };
        const auto mlpf = [&](Words words) {
            words.insert(words.begin(), {"--family", "mlpf"});
            return words;
        };
        QVERIFY(says(mlpf({"--events", "20", "--preset", "full", "--seed", "3"}),
                     "0: wrote 20 events of the toy simulation"));
        QVERIFY(readAll(path).elements.size() > 600);
        QVERIFY(says(mlpf({"--events", "0"}), "2: widthwise-trainer: --events"));
        QVERIFY(says(mlpf({}), "--events is missing"));
        QVERIFY(says(mlpf({"--events", "5", "--jets", "5"}), "--jets"));
        QVERIFY(says(mlpf({"--events", "5", "--preset", "big"}), "small or full"));
        QVERIFY(says({"--family", "gn3", "--events", "5"}, "there is no such model"));
        QVERIFY(says({"--jets", "5", "--events", "5"}, "--events"));
    }

private:
    QTemporaryDir m_folder;
    std::string m_path;
    EventSample m_whole;
    hsize_t m_rows = 0;
};

QTEST_GUILESS_MAIN(TestEventFile)
#include "tst_event_file.moc"
