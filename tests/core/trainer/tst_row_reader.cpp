// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/jet_layout.h"
#include "core/trainer/data/hdf5_handle.h"
#include "core/trainer/data/lzf.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "core/trainer/families/jets/jet_writer.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>

using namespace widthwise::trainer;

namespace {

constexpr std::uint64_t jetCount = 2500;

SampleRequest requestFor(const std::string& path)
{
    return {.path = path,
            .jetVariables = {"pt_btagJes"},
            .trackVariables = {"d0", "IP3D_signed_d0_significance", "numberOfPixelHits"},
            .classes = {},
            .first = 0,
            .count = jetCount};
}

/// Bytes as literals alone.
std::vector<unsigned char> encodeLzf(const std::vector<unsigned char>& bytes)
{
    std::vector<unsigned char> encoded;
    for (std::size_t first = 0; first < bytes.size(); first += 32) {
        const auto count = std::min<std::size_t>(32, bytes.size() - first);
        encoded.push_back(static_cast<unsigned char>(count - 1));
        encoded.insert(encoded.end(), bytes.begin() + static_cast<std::ptrdiff_t>(first),
                       bytes.begin() + static_cast<std::ptrdiff_t>(first + count));
    }
    return encoded;
}

/// How a copy of a file is stored.
struct Storage {
    hsize_t chunkRows; ///< 0: no chunks
    bool lzf;
    bool shuffledGzip;
};

/// HDF5 makes a dataset only with a filter that can write. This one is never called: chunks are written as
/// they are to be stored. Reading takes the trainer's own filter again.
void pretendToWriteLzf()
{
    const H5Z_class2_t filter{H5Z_CLASS_T_VERS,
                              lzfFilter,
                              1,
                              1,
                              "lzf",
                              nullptr,
                              nullptr,
                              [](unsigned, std::size_t, const unsigned*, std::size_t, std::size_t*,
                                 void**) -> std::size_t { return 0; }};
    QVERIFY(H5Zregister(&filter) >= 0);
}

void writeLzf(hid_t dataset, const std::vector<unsigned char>& bytes, std::size_t rowBytes, hsize_t chunkRows)
{
    const std::size_t rows = bytes.size() / rowBytes;
    for (hsize_t first = 0; first < rows; first += chunkRows) {
        const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(first * rowBytes);
        const auto count = std::min<std::size_t>(chunkRows, rows - first) * rowBytes;
        std::vector<unsigned char> chunk(from, from + static_cast<std::ptrdiff_t>(count));
        chunk.resize(chunkRows * rowBytes); // the last chunk is stored whole
        const auto encoded = encodeLzf(chunk);
        const std::array<hsize_t, 2> start{first, 0};
        H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, start.data(), encoded.size(), encoded.data());
    }
}

void copyAttribute(hid_t from, hid_t to, const char* name)
{
    const Hdf5Handle old(H5Aopen(from, name, H5P_DEFAULT), H5Aclose);
    const Hdf5Handle type(H5Aget_type(old.get()), H5Tclose);
    const Hdf5Handle space(H5Aget_space(old.get()), H5Sclose);
    std::vector<unsigned char> bytes(H5Aget_storage_size(old.get()) + 1024);
    H5Aread(old.get(), type.get(), bytes.data());
    const Hdf5Handle made(H5Acreate2(to, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    H5Awrite(made.get(), type.get(), bytes.data());
}

void copyDataset(hid_t from, hid_t to, const char* name, const Storage& storage)
{
    const Hdf5Handle old(H5Dopen2(from, name, H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(H5Dget_type(old.get()), H5Tclose);
    const Hdf5Handle space(H5Dget_space(old.get()), H5Sclose);
    std::array<hsize_t, 2> size{0, 1};
    const int rank = H5Sget_simple_extent_dims(space.get(), size.data(), nullptr);
    const std::size_t rowBytes = size[1] * H5Tget_size(type.get());
    std::vector<unsigned char> bytes(size[0] * rowBytes);
    H5Dread(old.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());

    const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    if (storage.chunkRows > 0) {
        const std::array<hsize_t, 2> chunk{storage.chunkRows, size[1]};
        H5Pset_chunk(properties.get(), rank, chunk.data());
    }
    if (storage.shuffledGzip) {
        H5Pset_shuffle(properties.get());
        H5Pset_deflate(properties.get(), 1);
    }
    if (storage.lzf) {
        pretendToWriteLzf();
        const std::array settings{4U, 261U, static_cast<unsigned>(storage.chunkRows * rowBytes)}; // as h5py's
        H5Pset_filter(properties.get(), lzfFilter, H5Z_FLAG_OPTIONAL, settings.size(), settings.data());
    }
    const Hdf5Handle made(
        H5Dcreate2(to, name, type.get(), space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Dclose);
    if (storage.lzf) {
        writeLzf(made.get(), bytes, rowBytes, storage.chunkRows);
    } else {
        H5Dwrite(made.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    }
    if (name == std::string(jetsDataset)) {
        copyAttribute(old.get(), made.get(), flavourLabelField);
    }
}

/// LZF as its format says it, byte by byte; the input is a right one.
std::vector<unsigned char> slowLzf(const std::vector<unsigned char>& input)
{
    std::vector<unsigned char> output;
    for (std::size_t in = 0; in < input.size();) {
        const std::size_t control = input[in++];
        if (control < 32) {
            output.insert(output.end(), &input[in], &input[in] + control + 1);
            in += control + 1;
            continue;
        }
        const std::size_t length = (control >> 5) + (control >> 5 == 7 ? input[in++] : 0) + 2;
        const std::size_t distance = ((control & 31) << 8 | input[in++]) + 1;
        for (std::size_t i = 0; i < length; ++i) {
            output.push_back(output[output.size() - distance]);
        }
    }
    return output;
}

/// Literals and back references of random lengths and distances.
std::vector<unsigned char> randomLzf(QRandomGenerator& random)
{
    std::vector<unsigned char> stream{9};
    const auto add = [&](unsigned value) { stream.push_back(static_cast<unsigned char>(value)); };
    for (int i = 0; i < 10; ++i) {
        add(random.bounded(256U));
    }
    for (std::size_t size = 10; size < 600; size = slowLzf(stream).size()) {
        const unsigned count = random.bounded(32U);
        if (random.bounded(3U) == 0) {
            add(count);
            for (unsigned i = 0; i <= count; ++i) {
                add(random.bounded(256U));
            }
            continue;
        }
        const unsigned distance = random.bounded(static_cast<unsigned>(std::min<std::size_t>(size, 40)));
        const unsigned length = 1 + random.bounded(7U);
        add(length << 5);
        if (length == 7) {
            add(random.bounded(60U));
        }
        add(distance);
    }
    return stream;
}

} // namespace

/// Files however they are stored.
class TestRowReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_path = m_folder.path().toStdString() + "/jets.h5";
        writeSimulation({.path = m_path, .jets = jetCount, .seed = 5});
    }

    void lzfDecodesAnyStream()
    {
        QRandomGenerator random(5);
        for (int i = 0; i < 200; ++i) {
            const std::vector<unsigned char> input = randomLzf(random);
            const std::vector<unsigned char> expected = slowLzf(input);
            std::vector<unsigned char> output(expected.size() + 20);
            const std::span tight = std::span(output).first(expected.size());
            for (const std::span<unsigned char> into : {tight, std::span(output)}) {
                std::ranges::fill(output, '\xa5');
                const LzfResult result = decodeLzf(input, into);
                QVERIFY(result.status == LzfStatus::Decoded);
                QCOMPARE(result.size, expected.size());
                QVERIFY(std::ranges::equal(tight, expected));
            }
            QVERIFY(decodeLzf(input, tight.first(tight.size() - 1)).status == LzfStatus::OutputTooSmall);
        }
    }

    void everyStorageReadsAlike_data()
    {
        QTest::addColumn<int>("chunkRows");
        QTest::addColumn<bool>("lzf");
        QTest::addColumn<bool>("shuffledGzip");
        QTest::newRow("contiguous") << 0 << false << false;
        QTest::newRow("chunks as they are") << 130 << false << false;
        QTest::newRow("lzf") << 130 << true << false;
        QTest::newRow("lzf in chunks of a few rows") << 7 << true << false;
        QTest::newRow("gzip with shuffled bytes") << 130 << false << true;
        QTest::newRow("gzip in chunks of a few rows") << 7 << false << true;
        QTest::newRow("a chunk of nearly all rows") << 2400 << true << false;
    }

    void everyStorageReadsAlike()
    {
        QFETCH(int, chunkRows);
        QFETCH(bool, lzf);
        QFETCH(bool, shuffledGzip);
        const std::string path = m_folder.path().toStdString() + "/copy.h5";
        {
            const Hdf5Handle from(H5Fopen(m_path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
            const Hdf5Handle to(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
            for (const char* name : {jetsDataset, "tracks"}) {
                copyDataset(from.get(), to.get(), name, {static_cast<hsize_t>(chunkRows), lzf, shuffledGzip});
            }
        }
        for (const std::size_t first : {0, 333}) {
            SampleRequest original = requestFor(m_path);
            SampleRequest copy = requestFor(path);
            original.first = copy.first = first;
            const JetSample expected = readJets(original);
            const JetSample sample = readJets(copy);
            QCOMPARE(sample.size(), jetCount - first);
            QVERIFY(sample.offsets == expected.offsets);
            QVERIFY(sample.tracks == expected.tracks);
            QVERIFY(sample.jets == expected.jets);
            QVERIFY(sample.labels == expected.labels);
        }
    }

private:
    QTemporaryDir m_folder;
    std::string m_path;
};

QTEST_GUILESS_MAIN(TestRowReader)
#include "tst_row_reader.moc"
