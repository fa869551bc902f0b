// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/jet_layout.h"
#include "core/trainer/data/hdf5_handle.h"
#include "core/trainer/data/hdf5_writer.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/salt_files.h"
#include "core/trainer/families/jets/training_data.h"
#include "core/trainer/families/registry.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <limits>
#include <sstream>

using namespace widthwise::trainer;

namespace {

constexpr std::size_t jetCount = 6000; // several blocks
constexpr std::size_t columns = 2;

struct Jet {
    float pt;
    double label;
};
struct Track {
    float d0;
    std::int8_t valid;
};

/// How the flavours are named.
enum class Naming { List, OneText, OneInAList };

/// The jets of a file with two tracks each, to be changed before it is written.
struct Sample {
    Sample() : jets(jetCount), tracks(jetCount * columns)
    {
        for (std::size_t i = 0; i < jetCount; ++i) {
            jets[i] = {20 + static_cast<float>(i % 7), static_cast<double>(i % 3)};
            for (std::size_t j = 0; j < columns; ++j) {
                tracks[i * columns + j] = {static_cast<float>(i % 5), 1};
            }
        }
    }

    void write(const std::string& path) const
    {
        prepareHdf5();
        Hdf5Writer writer(path);
        {
            Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Jet)), H5Tclose);
            H5Tinsert(type.get(), "pt", offsetof(Jet, pt), H5T_NATIVE_FLOAT);
            H5Tinsert(type.get(), "flavour_label", offsetof(Jet, label), H5T_NATIVE_DOUBLE);
            RowDataset dataset(writer, jetsDataset, std::move(type), jets.size());
            dataset.write(0, jets.size(), jets.data());
            if (naming == Naming::List) {
                writeTexts(dataset.id(), flavourLabelField, flavours);
            } else if (naming == Naming::OneText) {
                writeText(dataset.id(), flavourLabelField, "bjets cjets ujets");
            } else {
                writeTexts(dataset.id(), flavourLabelField, {"bjets cjets ujets"});
            }
        }
        {
            Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Track)), H5Tclose);
            H5Tinsert(type.get(), "d0", offsetof(Track, d0), H5T_NATIVE_FLOAT);
            H5Tinsert(type.get(), "valid", offsetof(Track, valid), H5T_NATIVE_INT8);
            RowDataset dataset(writer, "tracks", std::move(type), jets.size(), columns);
            dataset.write(0, jets.size(), tracks.data());
        }
        writer.finish();
    }

    std::vector<Jet> jets;
    std::vector<Track> tracks;
    std::vector<std::string> flavours{"bjets", "cjets", "ujets"};
    Naming naming = Naming::List;
};

} // namespace

/// What a file says of its jets, and what is said of them.
class TestJetLabels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void namesThatDoNotFitAreRefused_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* what, const char* message) {
            QTest::newRow(what) << QString::fromUtf8(what) << QByteArray(message);
        };
        row("as one text", "attribute \"flavour_label\" has the wrong type: expected a list of texts");
        row("as one text in a list", "attribute \"flavour_label\" names one flavour, \"bjets cjets ujets\"");
        row("a name twice", "attribute \"flavour_label\" names \"cjets\" twice");
        row("no name", "attribute \"flavour_label\" has an empty name for the value 1");
        row("too few names",
            "field \"flavour_label\" is 2 in 1600 jets, first in row 2, and the attribute of that name "
            "names the flavours 0 to 1 only");
        row("below 0", "field \"flavour_label\" is -1 in 2 jets, first in row 4500, ");
        row("between two", "field \"flavour_label\" is 0.5 in 1 jet, first in row 9, ");
        row("no number", "field \"flavour_label\" is nan in 3 jets, first in row 10, ");
        row("no valid track", "dataset \"tracks\" has no valid track in rows 0 to 1999");
    }

    void namesThatDoNotFitAreRefused()
    {
        QFETCH(QString, what);
        QFETCH(QByteArray, message);
        Sample sample;
        change(sample, what);
        sample.write(path("jets.h5"));
        QByteArray refusal = "accepted";
        try {
            load(settings());
        } catch (const InputError& error) {
            refusal = error.what();
        }
        QVERIFY2(refusal.startsWith(QByteArray::fromStdString(path("jets.h5") + ": dataset ")),
                 refusal.constData());
        QVERIFY2(refusal.contains(message), refusal.constData());
    }

    void jetsThatAreLeftOutAreCounted()
    {
        Sample().write(path("jets.h5"));
        QCOMPARE(load(settings()), std::string());
        Settings some = settings();
        some.of<JetSettings>().classes = {"ujets", "bjets"};
        QCOMPARE(
            load(some),
            std::string("notice: 2000 of 6000 jets are of flavours that classes leaves out (cjets): they "
                        "are not used\n"));
    }

    void valuesThatAreNotFiniteAreCountedOverAllJets_data()
    {
        QTest::addColumn<bool>("normDict");
        QTest::addColumn<double>("memory");
        for (const bool normDict : {false, true}) {
            for (const double memory : {4.0, 1e-9}) {
                QTest::addRow("%s, %s", normDict ? "norm_dict" : "measured",
                              memory < 1 ? "streamed" : "in memory")
                    << normDict << memory;
            }
        }
    }

    void valuesThatAreNotFiniteAreCountedOverAllJets()
    {
        QFETCH(bool, normDict);
        QFETCH(double, memory);
        Sample sample;
        sample.jets[10].pt = std::numeric_limits<float>::quiet_NaN();
        sample.jets[4100].pt = std::numeric_limits<float>::infinity();
        sample.jets[5990].pt = -std::numeric_limits<float>::infinity(); // one of those for validation
        sample.tracks[3].d0 = std::numeric_limits<float>::quiet_NaN();
        sample.tracks[4].d0 = std::numeric_limits<float>::quiet_NaN(); // which is not there
        sample.tracks[4].valid = 0;
        sample.write(path("jets.h5"));
        Settings asked = settings();
        asked.memoryGb = memory;
        if (normDict) {
            JetSample description;
            description.jetVariables = {"pt"};
            description.trackVariables = {"d0"};
            description.tracksDataset = "tracks";
            writeNormDict(path("norm.yaml"), {{{20, 1}}, {{0, 1}}}, description);
            asked.of<JetSettings>().normDict = "norm.yaml";
        }
        QCOMPARE(load(asked),
                 std::string("notice: dataset \"jets\" field \"pt\": 3 of 6000 values are not finite; each "
                             "counts as the mean\n"
                             "notice: dataset \"tracks\" field \"d0\": 1 of 11999 values is not finite; each "
                             "counts as the mean\n"));
    }

private:
    static void change(Sample& sample, const QString& what)
    {
        const auto is = [&](const char* name) { return what == QString::fromUtf8(name); };
        if (is("as one text")) {
            sample.naming = Naming::OneText;
        } else if (is("as one text in a list")) {
            sample.naming = Naming::OneInAList;
        } else if (is("a name twice")) {
            sample.flavours = {"bjets", "cjets", "cjets"};
        } else if (is("no name")) {
            sample.flavours = {"bjets", "", "ujets"};
        } else if (is("too few names")) {
            sample.flavours = {"bjets", "cjets"};
        } else if (is("below 0")) {
            sample.jets[4500].label = sample.jets[4501].label = -1;
        } else if (is("between two")) {
            sample.jets[9].label = 0.5;
        } else if (is("no number")) {
            sample.jets[10].label = sample.jets[11].label = sample.jets[12].label = std::nan("");
        } else {
            for (Track& track : sample.tracks) {
                track.valid = 0;
            }
        }
    }

    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }

    static Settings settings()
    {
        return parseSettings(
            R"({"data": "jets.h5", "jet_variables": ["pt"], "track_variables": ["d0"], "batch_size": 50})");
    }

    /// Returns the notices.
    std::string load(const Settings& asked) const
    {
        std::ostringstream notices;
        familyOf(asked).open(
            {.settings = asked, .folder = m_folder.path().toStdString(), .notices = notices});
        return notices.str();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestJetLabels)
#include "tst_jet_labels.moc"
