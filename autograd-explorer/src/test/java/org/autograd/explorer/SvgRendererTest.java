package org.autograd.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.autograd.Graph;
import org.autograd.Tensor;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class SvgRendererTest {
  private static Document parse(String svg)
      throws ParserConfigurationException, IOException, SAXException {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
    return builder.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> groups(Document svg, String kind) {
    List<String> found = new ArrayList<>();
    NodeList all = svg.getElementsByTagName("g");
    for (int i = 0; i < all.getLength(); i++) {
      Element e = (Element) all.item(i);
      if (kind.equals(e.getAttribute("class"))) {
        found.add(e.getTextContent().replace('\u00a0', ' '));
      }
    }
    return found;
  }

  @Test
  void drawsEveryNodeWithItsText() throws Exception {
    Tensor weight = Tensor.ones(2, 3).requiresGrad_();
    Tensor x = Tensor.ones(4, 2);
    Tensor loss = x.matmul(weight).relu().sum();
    Document svg = parse(Graph.explore(loss).withName("weight \"<w>\" & more", weight).svg());
    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    List<String> nodes = groups(svg, "node");
    assertThat(nodes).hasSize(5);
    assertThat(nodes).anyMatch(n -> n.contains("weight \"<w>\" & more") && n.contains("[2, 3]"));
    assertThat(nodes).anyMatch(n -> n.contains("ReluBackward0") && n.contains("[4, 3]"));
    assertThat(nodes).anyMatch(n -> n.contains("SumBackward"));
    assertThat(nodes).anyMatch(n -> n.contains("result"));
  }

  @Test
  void drawsAGraphOfHundredsOfNodes() throws Exception {
    Tensor x = Tensor.ones(2).requiresGrad_();
    Tensor y = x;
    for (int i = 0; i < 200; i++) {
      y = y.mul(x);
    }
    assertThat(groups(parse(Graph.explore(y).svg()), "node")).hasSize(202);
  }

  @Test
  void drawsATensorWithoutAGraph() throws Exception {
    assertThat(groups(parse(Graph.explore(Tensor.ones(2)).svg()), "node")).hasSize(1);
  }
}
