// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/jet_layout.h"
#include "core/trainer/data/hdf5_handle.h"
#include "core/trainer/data/lzf.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/training_data.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <functional>
#include <numeric>

using namespace widthwise::trainer;

namespace {

constexpr std::uint64_t jetCount = 2500;
constexpr std::uint64_t seed = 5;

std::vector<std::string> trackVariables()
{
    return {"d0", "IP3D_signed_d0_significance", "numberOfPixelHits"};
}

SampleRequest requestFor(const std::string& path)
{
    return {.path = path,
            .jetVariables = {"pt_btagJes"},
            .trackVariables = trackVariables(),
            .classes = {},
            .first = 0,
            .count = jetCount};
}

/// A row of a file of another program: half precision, a boolean, big-endian numbers, text.
struct ForeignRow {
    std::uint16_t half;
    std::int8_t label;
    std::int8_t valid;
    float big;
    char text[4];
};

Hdf5Handle halfType()
{
    Hdf5Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
    H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
    H5Tset_size(type.get(), 2);
    H5Tset_ebias(type.get(), 15);
    return type;
}

Hdf5Handle foreignType()
{
    const Hdf5Handle half = halfType();
    const Hdf5Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(text.get(), 4);
    Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(ForeignRow)), H5Tclose);
    H5Tinsert(type.get(), "half", offsetof(ForeignRow, half), half.get());
    H5Tinsert(type.get(), "flavour_label", offsetof(ForeignRow, label), H5T_STD_I8LE);
    H5Tinsert(type.get(), "valid", offsetof(ForeignRow, valid), H5T_STD_I8LE);
    H5Tinsert(type.get(), "big", offsetof(ForeignRow, big), H5T_IEEE_F32BE);
    H5Tinsert(type.get(), "text", offsetof(ForeignRow, text), text.get());
    return type;
}

template <std::size_t jets>
void writeForeign(const std::string& path, const std::array<ForeignRow, jets>& rows)
{
    prepareHdf5();
    const Hdf5Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    const Hdf5Handle type = foreignType();
    const std::array<hsize_t, 2> size{jets, 1};
    for (const char* name : {jetsDataset, "consts"}) { // salt's tutorial layout
        const bool isJets = name == std::string(jetsDataset);
        const Hdf5Handle space(H5Screate_simple(isJets ? 1 : 2, size.data(), nullptr), H5Sclose);
        const Hdf5Handle dataset(
            H5Dcreate2(file.get(), name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
            H5Dclose);
        H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data());
        if (isJets) {
            const Hdf5Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
            H5Tset_size(text.get(), 5);
            constexpr hsize_t two = 2;
            const Hdf5Handle names(H5Screate_simple(1, &two, nullptr), H5Sclose);
            const Hdf5Handle attribute(
                H5Acreate2(dataset.get(), "flavour_label", text.get(), names.get(), H5P_DEFAULT, H5P_DEFAULT),
                H5Aclose);
            H5Awrite(attribute.get(), text.get(), "bjetscjets");
        }
    }
}

} // namespace

class TestJetFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_path = m_folder.path().toStdString() + "/jets.h5";
        writeSimulation({.path = m_path, .jets = jetCount, .seed = seed});
    }

    void jetsReadBackAsTheyWereMade()
    {
        QCOMPARE(countJets(m_path), jetCount);
        const JetSample sample = readJets(requestFor(m_path));
        QCOMPARE(sample.size(), jetCount);
        QCOMPARE(sample.classes.size(), flavourCount);
        for (std::size_t j = 0; j < jetCount; ++j) {
            const SimulatedJet jet = simulateJet(seed, j, defaultFlavourFractions);
            QCOMPARE(sample.jets[j], jet.pt);
            QCOMPARE(sample.labels[j], static_cast<std::int64_t>(jet.flavour));
            const auto first = static_cast<std::size_t>(sample.offsets[j]);
            QCOMPARE(sample.offsets[j + 1] - sample.offsets[j], std::ssize(jet.tracks));
            for (std::size_t t = 0; t < jet.tracks.size(); ++t) {
                QCOMPARE(sample.tracks[3 * (first + t)], jet.tracks[t].d0);
                QCOMPARE(sample.tracks[3 * (first + t) + 1], jet.tracks[t].d0Significance);
                QCOMPARE(sample.tracks[3 * (first + t) + 2], static_cast<float>(jet.tracks[t].pixelHits));
            }
        }
    }

    void aPartIsThePart()
    {
        const JetSample all = readJets(requestFor(m_path));
        SampleRequest request = requestFor(m_path);
        request.first = 1950; // across the end of a block
        request.count = 300;
        const JetSample part = readJets(request);
        QCOMPARE(part.size(), std::size_t{300});
        QCOMPARE(part.jets.front(), all.jets[1950]);
        QCOMPARE(part.jets.back(), all.jets[2249]);
        QCOMPARE(part.offsets.back(), all.offsets[2250] - all.offsets[1950]);
    }

    void otherClassesAreLeftOut()
    {
        SampleRequest request = requestFor(m_path);
        request.classes = {"ujets", "bjets"};
        const JetSample some = readJets(request);
        const JetSample all = readJets(requestFor(m_path));
        QCOMPARE(std::ranges::count(some.labels, 0), std::ranges::count(all.labels, 2));
        QCOMPARE(std::ranges::count(some.labels, 1), std::ranges::count(all.labels, 0));
        QCOMPARE(some.size(), static_cast<std::size_t>(std::ranges::count(some.labels, 0) +
                                                       std::ranges::count(some.labels, 1)));
    }

    void normalisedInputsHaveMeanZeroAndDeviationOne()
    {
        JetSample sample = readJets(requestFor(m_path));
        sample.tracks[4] = std::nanf("");
        NormalizationMeter meter;
        meter.add(sample);
        const Normalization normalization = meter.result();
        QCOMPARE(meter.lost().size(), std::size_t{1});
        QCOMPARE(meter.lost().front().lost, std::size_t{1});
        normalize(sample, normalization);
        QCOMPARE(sample.tracks[4], 0.F);
        double sum = 0;
        double squares = 0;
        for (std::size_t i = 0; i < sample.tracks.size(); i += 3) {
            sum += sample.tracks[i];
            squares += sample.tracks[i] * sample.tracks[i];
        }
        const double tracks = static_cast<double>(sample.tracks.size()) / 3;
        QVERIFY(std::abs(sum / tracks) < 1e-5);
        QVERIFY(std::abs(squares / tracks - 1) < 1e-5);
    }

    void aBatchKeepsTracksWithTheirJets()
    {
        const JetSample sample = readJets(requestFor(m_path));
        const std::array<std::uint32_t, 3> jets{17, 3, 17};
        const JetBatch batch = gather(sample, jets);
        QCOMPARE(batch.labels[1], sample.labels[3]);
        QCOMPARE(batch.offsets.size(), std::size_t{4});
        for (std::size_t j = 0; j < jets.size(); ++j) {
            for (auto t = batch.offsets[j]; t < batch.offsets[j + 1]; ++t) {
                const auto source = static_cast<std::size_t>(sample.offsets[jets[j]] + t - batch.offsets[j]);
                const auto at = static_cast<std::size_t>(t) * 4;
                QCOMPARE(batch.tokens[at], sample.tracks[source * 3]);
                QCOMPARE(batch.tokens[at + 3], sample.jets[jets[j]]);
            }
        }
    }

    void anEpochHasEveryJetOnceInANewOrder_data()
    {
        QTest::addColumn<double>("memory");
        QTest::newRow("in memory") << 1e9;
        QTest::newRow("streamed in windows of a block") << 1.0;
        QTest::newRow("streamed in windows of two blocks") << 6e5;
    }

    void anEpochHasEveryJetOnceInANewOrder()
    {
        QFETCH(double, memory);
        TrainingJets jets(manyJets(), 70, 1, memory);
        QCOMPARE(jets.isStreamed(), memory < 1e9);
        QCOMPARE(jets.stepsPerEpoch(), std::int64_t{9000 / 70});
        std::array<std::vector<float>, 2> epochs;
        for (std::int64_t step = 0; step < 2 * jets.stepsPerEpoch(); ++step) {
            const JetBatch batch = jets.batch(step);
            QCOMPARE(batch.labels.size(), std::size_t{70});
            QCOMPARE(std::ssize(batch.tokens), 4 * batch.offsets.back());
            auto& epoch = epochs[static_cast<std::size_t>(step / jets.stepsPerEpoch())];
            for (std::size_t jet = 0; jet < 70; ++jet) {
                if (batch.offsets[jet + 1] > batch.offsets[jet]) {
                    epoch.push_back(batch.tokens[static_cast<std::size_t>(batch.offsets[jet]) * 4 + 3]);
                }
            }
        }
        QVERIFY(epochs[0] != epochs[1]);
        for (auto& epoch : epochs) {
            const std::size_t seen = epoch.size();
            std::ranges::sort(epoch);
            const auto repeated = std::ranges::unique(epoch);
            QVERIFY(std::ssize(repeated) < 30); // different jets of equal pT in float
            QVERIFY(seen > 8500);
        }
    }

    void aBatchDependsOnItsStepAlone()
    {
        for (const double memory : {1e9, 6e5}) {
            TrainingJets forward(manyJets(), 70, 1, memory);
            TrainingJets jumping(manyJets(), 70, 1, memory);
            for (const std::int64_t step : {200, 3, 199, 57, 28, 29}) {
                for (std::int64_t before = 0; before < (step == 57 ? 57 : 0); ++before) {
                    forward.batch(before);
                }
                QCOMPARE(forward.batch(step).tokens, jumping.batch(step).tokens);
            }
        }
    }

    void theWorkersSlicesMakeUpTheBatch()
    {
        for (const double memory : {1e9, 6e5}) {
            TrainingJets whole(manyJets(), 210, 1, memory);
            for (const std::int64_t step : {0, 17, 42, 50}) { // 50 is in the second epoch
                const JetBatch batch = whole.batch(step);
                std::vector<float> tokens;
                std::vector<std::int64_t> labels;
                for (std::int64_t worker = 0; worker < 3; ++worker) {
                    TrainingJets jets(manyJets(), 70, 1, memory, {.index = worker, .count = 3});
                    QCOMPARE(jets.stepsPerEpoch(), whole.stepsPerEpoch());
                    const JetBatch slice = jets.batch(step);
                    QCOMPARE(slice.labels.size(), std::size_t{70});
                    tokens.insert(tokens.end(), slice.tokens.begin(), slice.tokens.end());
                    labels.insert(labels.end(), slice.labels.begin(), slice.labels.end());
                }
                QCOMPARE(tokens, batch.tokens);
                QCOMPARE(labels, batch.labels);
            }
        }
    }

    void theFixedBatchIsTheBeginningOfTheFileForEverySeed()
    {
        constexpr std::int64_t size = 2500; // more than a block
        JetSample sample = readJets(manyJets());
        normalize(sample, TrainingJets(manyJets(), size, 1, 1e9).measure());
        std::vector<std::uint32_t> first(size);
        std::iota(first.begin(), first.end(), 0U);
        const JetBatch expected = gather(sample, first);
        for (const std::int64_t seed : {1, 2}) {
            for (const double memory : {1e9, 1.0}) {
                TrainingJets jets(manyJets(), size, seed, memory);
                jets.normalizeWith(jets.measure());
                jets.batch(1);
                QCOMPARE(jets.fixedBatch().tokens, expected.tokens);
                QCOMPARE(jets.fixedBatch().labels, expected.labels);
            }
        }
        const JetBatch second =
            TrainingJets(manyJets(), size / 2, 1, 1e9, {.index = 1, .count = 2}).fixedBatch();
        QCOMPARE(second.labels, std::vector(expected.labels.begin() + size / 2, expected.labels.end()));
    }

    void streamedJetsAreNormalisedAlike()
    {
        TrainingJets whole(manyJets(), 70, 1, 1e9);
        TrainingJets streamed(manyJets(), 70, 1, 6e5);
        const Normalization a = whole.measure();
        const Normalization b = streamed.measure();
        QCOMPARE(a.tracks[1].mean, b.tracks[1].mean);
        QCOMPARE(a.jets[0].deviation, b.jets[0].deviation);
        streamed.normalizeWith(b);
        double sum = 0;
        double count = 0;
        for (std::int64_t step = 0; step < streamed.stepsPerEpoch(); ++step) {
            const JetBatch batch = streamed.batch(step);
            for (std::size_t i = 1; i < batch.tokens.size(); i += 4) {
                sum += batch.tokens[i];
                ++count;
            }
        }
        QVERIFY(std::abs(sum / count) < 0.01);
    }

    void halfPrecisionIsRead()
    {
        const std::string path = m_folder.path().toStdString() + "/half.h5";
        const std::array<ForeignRow, 4> rows{
            {{0x3c00, 0, 1, 0, {}}, {0xc100, 1, 1, 0, {}}, {0x0001, 1, 1, 0, {}}, {0x7e00, 0, 0, 0, {}}}};
        writeForeign(path, rows);
        SampleRequest request = requestFor(path);
        request.jetVariables = {"half"};
        request.trackVariables = {"half"};
        const JetSample sample = readJets(request);
        QCOMPARE(sample.size(), std::size_t{4});
        QCOMPARE(sample.jets[0], 1.F);
        QCOMPARE(sample.jets[1], -2.5F);
        QCOMPARE(sample.jets[2], std::ldexp(1.F, -24));
        QVERIFY(std::isnan(sample.jets[3]));
        QCOMPARE(sample.tracks.size(), std::size_t{3}); // the fourth is not valid
        QCOMPARE(sample.classes[1], std::string("cjets"));
    }

    void mistakesNameTheFileTheDatasetAndTheField_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("missing file") << "missing" << QByteArray("gone.h5: No such file or directory");
        QTest::newRow("not HDF5") << "text" << QByteArray("text.h5: not an HDF5 file");
        QTest::newRow("truncated") << "truncated"
                                   << QByteArray("cut.h5: the HDF5 file is truncated or damaged");
        QTest::newRow("damaged chunk")
            << "damaged" << QByteArray("bad.h5: dataset \"tracks\" cannot be read at rows");
        QTest::newRow("missing variable")
            << "variable" << QByteArray("dataset \"tracks\" has no field \"d1\"; the nearest is \"d0\"");
        QTest::newRow("text") << "type"
                              << QByteArray("dataset \"jets\" field \"text\" has the wrong type: expected a "
                                            "little-endian number or a boolean");
        QTest::newRow("big-endian") << "endian"
                                    << QByteArray("dataset \"jets\" field \"big\" has the wrong type");
        QTest::newRow("missing class")
            << "class" << QByteArray("jets.h5: no jets of the class \"bjet\"; the nearest is \"bjets\"");
        QTest::newRow("constant variable")
            << "constant"
            << QByteArray("dataset \"jets\" field \"half\" has the same value in all training jets");
    }

    void mistakesNameTheFileTheDatasetAndTheField()
    {
        QFETCH(QString, what);
        QFETCH(QByteArray, message);
        try {
            provoke(what);
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains(message), error.what());
        }
    }

    /// Streams written by hand: literals, a short and a long back reference that overlaps itself.
    void lzfDecodes()
    {
        const std::array<unsigned char, 10> input{2, 'a', 'b', 'c', 0x20, 2, 0xe0, 3, 0, '!'};
        std::array<unsigned char, 64> output{};
        const LzfResult result = decodeLzf(std::span(input).first(9), output);
        QVERIFY(result.status == LzfStatus::Decoded);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(output.data()), qsizetype(result.size)),
                 QByteArray("abcabc") + QByteArray(12, 'c'));
        QVERIFY(decodeLzf(std::span(input).first(9), std::span(output).first(10)).status ==
                LzfStatus::OutputTooSmall);
        QVERIFY(decodeLzf(std::span(input).first(3), output).status == LzfStatus::Corrupt);
    }

    void aFileThatCannotBeWrittenIsNamed()
    {
        try {
            writeSimulation({.path = "/nowhere/jets.h5", .jets = 1});
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY(QByteArray(error.what()).startsWith("/nowhere/jets.h5: cannot be written"));
        }
    }

private:
    SampleRequest manyJets()
    {
        const std::string path = m_folder.path().toStdString() + "/many.h5";
        if (!QFile::exists(QString::fromStdString(path))) {
            writeSimulation({.path = path, .jets = 9000, .seed = 2});
        }
        SampleRequest request = requestFor(path);
        request.count = 9000;
        return request;
    }

    /// A copy of the simulated file, changed by `change`.
    std::string copyWith(const char* name, const std::function<void(QFile&)>& change)
    {
        const QString path = m_folder.filePath(QString::fromUtf8(name));
        QFile::copy(QString::fromStdString(m_path), path);
        QFile file(path);
        if (file.open(QIODevice::ReadWrite)) {
            change(file);
        }
        return path.toStdString();
    }

    void provoke(const QString& what)
    {
        const std::string folder = m_folder.path().toStdString();
        SampleRequest request = requestFor(m_path);
        const std::array<ForeignRow, 2> rows{{{0x3c00, 0, 1, 0, {}}, {0x3c00, 1, 1, 0, {}}}};
        if (what == QStringLiteral("missing")) {
            request.path = folder + "/gone.h5";
        } else if (what == QStringLiteral("text")) {
            request.path = copyWith("text.h5", [](QFile& file) {
                file.resize(0);
                file.write("no jets here\n");
            });
        } else if (what == QStringLiteral("truncated")) {
            request.path = copyWith("cut.h5", [](QFile& file) { file.resize(file.size() / 2); });
        } else if (what == QStringLiteral("damaged")) {
            request.path = copyWith("bad.h5", [](QFile& file) {
                file.seek(file.size() / 2);
                file.write(QByteArray(20000, '\x55'));
            });
        } else if (what == QStringLiteral("variable")) {
            request.trackVariables = {"d1"};
        } else if (what == QStringLiteral("class")) {
            request.classes = {"bjet", "cjets"};
        } else {
            request.path = folder + "/foreign.h5";
            writeForeign(request.path, rows);
            request.jetVariables = {what == QStringLiteral("type")     ? "text"
                                    : what == QStringLiteral("endian") ? "big"
                                                                       : "half"};
            request.trackVariables = {"half"};
        }
        NormalizationMeter meter;
        meter.add(readJets(request));
        meter.result();
    }

    QTemporaryDir m_folder;
    std::string m_path;
};

QTEST_GUILESS_MAIN(TestJetFile)
#include "tst_jet_file.moc"
